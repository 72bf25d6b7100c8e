import { type IncomingMessage, STATUS_CODES } from 'node:http';
import {
  closesConnection,
  dropConnectionHeaders,
  hasWord,
  isManaged,
  setForwarded,
} from '../core/request/forwarded.ts';
import { HeaderList } from '../core/request/header-list.ts';
import { canonicalHost, isValidHost } from '../core/request/host.ts';
import type { Request } from '../core/request/request.ts';
import { parseTarget } from '../core/request/target.ts';

/** What the entry point knows about its requests. */
export type Arrival = {
  readonly entryPoint: string;
  readonly tls: boolean;
  /** Whether this peer may set X-Forwarded-* headers. */
  readonly trusts: (address: string) => boolean;
  readonly hostname: string;
};

export type Arrived =
  /** `last`: the connection is closed after it. */
  | { readonly kind: 'arrived'; readonly request: Request; readonly last: boolean }
  | { readonly kind: 'refused'; readonly status: number; readonly body: string; readonly last: boolean };

/** The parts of Node's request that are used: the head, and the peer. */
export type RequestHead = Pick<
  IncomingMessage,
  'method' | 'url' | 'rawHeaders' | 'httpVersion' | 'httpVersionMajor'
> & {
  readonly headers: Pick<IncomingMessage['headers'], 'transfer-encoding'>;
  readonly socket: Pick<IncomingMessage['socket'], 'remoteAddress' | 'remotePort'>;
};

/** Converts Node's request into ours, as Go's server and Traefik's first handlers would, or refuses it. */
export const arrive = (req: RequestHead, arrival: Arrival): Arrived => {
  // Node reports a request line without a version as 0.9.
  if (req.httpVersion === '0.9') return refused('400 Bad Request');
  const target = parseTarget(req.url ?? '');
  if ('refused' in target && target.refused !== '') return refused(target.refused);
  const remoteAddress = plainAddress(req.socket.remoteAddress ?? '');
  const trusted = arrival.trusts(remoteAddress);
  const { headers, hosts } = headersOf(req, trusted);
  const { 'transfer-encoding': coding } = req.headers;
  // HTTP/1.0 has no chunks: another reader would look for the next request inside this one's body.
  if (coding !== undefined && (coding.toLowerCase() !== 'chunked' || req.httpVersion === '1.0'))
    return refused('400 Bad Request');
  if (req.httpVersionMajor === 2 && !('stream' in req))
    return { kind: 'refused', status: 505, body: `505 ${STATUS_CODES[505]}: unsupported protocol version`, last: true };
  if (hosts.length > 1) return refused('400 Bad Request: too many Host headers');
  if (hosts.length === 0 && req.httpVersion === '1.1') return refused('400 Bad Request: missing required Host header');
  if (!isValidHost(hosts[0] ?? '')) return refused('400 Bad Request: malformed Host header');
  const expect = headers.get('expect') ?? '';
  if (expect !== '' && !hasWord(expect, '100-continue')) return { kind: 'refused', status: 417, body: '', last: true };
  // Traefik's first handler refuses it and keeps the connection; what is above ends it already in Go's server.
  const last = closesConnection(req.httpVersion, headers);
  if ('refused' in target) return refused(target.refused, last);
  const host = target.authority ?? hosts[0] ?? '';
  setForwarded(headers, { trusted, tls: arrival.tls, remoteAddress, host, hostname: arrival.hostname });
  dropConnectionHeaders(headers);
  return {
    kind: 'arrived',
    last,
    request: {
      method: req.method ?? 'GET',
      protocol: `HTTP/${req.httpVersion}`,
      tls: arrival.tls,
      remoteAddress,
      remotePort: req.socket.remotePort ?? 0,
      host,
      canonicalHost: canonicalHost(host),
      path: target.path,
      routingPath: target.routingPath,
      query: target.query,
      headers,
    },
  };
};

const headersOf = (req: RequestHead, trusted: boolean): { headers: HeaderList; hosts: string[] } => {
  const { rawHeaders } = req;
  const flat: string[] = [];
  const hosts: string[] = [];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!.toLowerCase();
    const value = rawHeaders[i + 1]!;
    if (name === 'host' || name === ':authority') hosts.push(value);
    else if (name.charCodeAt(0) !== 58 && (trusted || !isManaged(name))) flat.push(name, value);
  }
  const headers = new HeaderList(flat);
  if (req.httpVersionMajor === 2) {
    // An HTTP/2 client may send both; the pseudo header wins.
    hosts.length = Math.min(hosts.length, 1);
    joinCookies(headers);
  }
  return { headers, hosts };
};

/** HTTP/2 clients may split cookies into several headers (RFC 9113, 8.2.3); an HTTP/1.1 server must get one. */
const joinCookies = (headers: HeaderList): void => {
  const cookies = headers.all('cookie');
  if (cookies.length > 1) headers.set('cookie', cookies.join('; '));
};

/** Node listens on both address families at once, and reports IPv4 peers as IPv4-mapped IPv6. */
const plainAddress = (address: string): string => (address.startsWith('::ffff:') ? address.slice(7) : address);

const refused = (body: string, last = true): Arrived => ({ kind: 'refused', status: 400, body, last });
