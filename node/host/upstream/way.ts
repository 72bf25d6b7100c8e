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

/** What a request needs on its way to the server. */
export type Way = Omit<UpstreamOptions, 'url'> &
  HostParts & {
    /** The MCP endpoint of the server. */
    readonly url: URL;
    readonly server: UpstreamServer;
    /** What it is called in Host; undefined: as its client calls it. */
    readonly host: string | undefined;
  };
