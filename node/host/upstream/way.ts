import type { HostParts } from '../session-host.ts';
import type { UpstreamServer } from './upstream-server.ts';

export type UpstreamOptions = {
  /** The MCP endpoint of the server. */
  readonly url: string;
  /** sessions: requests of the protocol without sessions are refused, so that clients fall back. */
  readonly era: 'sessions' | 'both';
  readonly passHostHeader: boolean;
  readonly health: { readonly path: string; readonly status?: number | undefined; readonly port?: number | undefined };
  readonly headWaitsMs?: number;
};

/** What is needed to forward a request to the server. */
export type Way = Omit<UpstreamOptions, 'url'> &
  HostParts & {
    /** The MCP endpoint of the server. */
    readonly url: URL;
    readonly server: UpstreamServer;
    /** The value of Host; undefined: the client's own. */
    readonly host: string | undefined;
  };
