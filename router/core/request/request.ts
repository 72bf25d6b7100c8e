import type { HeaderList } from './header-list.ts';

/**
 * One request as the routing core sees it: no socket, no stream. Middlewares change it on its way to the server;
 * rules are matched before the first of them runs.
 */
export type Request = {
  readonly method: string;
  /** 'HTTP/1.1', 'HTTP/1.0' or 'HTTP/2.0'. */
  readonly protocol: string;
  readonly tls: boolean;
  /** Address and port of the TCP peer. An IPv4-mapped address (::ffff:1.2.3.4) is written as IPv4. */
  readonly remoteAddress: string;
  readonly remotePort: number;
  /** The Host header as the client wrote it; sent on unless the service says `passHostHeader: false`. */
  host: string;
  /** What Host rules compare: lower case, no port. */
  readonly canonicalHost: string;
  /** Normalized and cleaned, still percent-encoded: as the server will get it. */
  path: string;
  /** `path` with everything but reserved characters decoded: what Path rules compare. Fixed once made. */
  readonly routingPath: string;
  /** Without its `?`; undefined when the request had none. */
  query: string | undefined;
  /** Everything but Host. */
  headers: HeaderList;
};
