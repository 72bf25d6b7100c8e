import { type IncomingMessage, STATUS_CODES } from 'node:http';
import { dropConnectionHeaders, isManaged, setForwarded } from '../core/request/forwarded.ts';
import { HeaderList } from '../core/request/header-list.ts';
import { canonicalHost, isValidHost } from '../core/request/host.ts';
import type { Request } from '../core/request/request.ts';
import { parseTarget } from '../core/request/target.ts';

/** What the entry point knows of every request that comes in by it. */
export type Arrival = {
  readonly entryPoint: string;
  readonly tls: boolean;
  /** Whether this peer may say whom it speaks for. */
  readonly trusts: (address: string) => boolean;
  readonly hostname: string;
};

export type Arrived =
  | { readonly kind: 'arrived'; readonly request: Request }
  /** `last`: the connection ends with it. */
  | { readonly kind: 'refused'; readonly status: number; readonly body: string; readonly last: boolean };

/** What is looked at of Node's request: the head, and who sent it. */
export type RequestHead = Pick<
  IncomingMessage,
  'method' | 'url' | 'rawHeaders' | 'httpVersion' | 'httpVersionMajor'
> & {
  readonly headers: Pick<IncomingMessage['headers'], 'transfer-encoding' | 'expect'>;
  readonly socket: Pick<IncomingMessage['socket'], 'remoteAddress' | 'remotePort'>;
};

/** From Node's request to ours, as Go's server and Traefik's first handlers would have it; or a refusal. */
export const arrive = (req: RequestHead, arrival: Arrival): Arrived => {
  // What Node calls so is a request line without a version.
  if (req.httpVersion === '0.9') return refused('400 Bad Request');
  const target = parseTarget(req.url ?? '');
  if ('refused' in target) return refused(target.refused);
  const remoteAddress = plainAddress(req.socket.remoteAddress ?? '');
  const trusted = arrival.trusts(remoteAddress);
  const { headers, hosts } = headersOf(req, trusted);
  const { 'transfer-encoding': coding, expect = '' } = req.headers;
  if (coding !== undefined && coding.toLowerCase() !== 'chunked') return refused('400 Bad Request');
  if (req.httpVersionMajor === 2 && !('stream' in req))
    return { kind: 'refused', status: 505, body: `505 ${STATUS_CODES[505]}: unsupported protocol version`, last: true };
  if (hosts.length > 1) return refused('400 Bad Request: too many Host headers');
  if (hosts.length === 0 && req.httpVersion === '1.1') return refused('400 Bad Request: missing required Host header');
  if (!isValidHost(hosts[0] ?? '')) return refused('400 Bad Request: malformed Host header');
  if (expect !== '' && !/\b100-continue\b/i.test(expect)) return { kind: 'refused', status: 417, body: '', last: true };
  const host = target.authority ?? hosts[0] ?? '';
  setForwarded(headers, { trusted, tls: arrival.tls, remoteAddress, host, hostname: arrival.hostname });
  dropConnectionHeaders(headers);
  return {
    kind: 'arrived',
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
    // An HTTP/2 client may send both; the pseudo header is the one that counts.
    hosts.length = Math.min(hosts.length, 1);
    joinCookies(headers);
  }
  return { headers, hosts };
};

/** HTTP/2 clients send each cookie as a header of its own (RFC 9113, 8.2.3); a server of HTTP/1.1 must get one. */
const joinCookies = (headers: HeaderList): void => {
  const cookies = headers.all('cookie');
  if (cookies.length > 1) headers.set('cookie', cookies.join('; '));
};

/** Node listens on both families at once and dresses IPv4 addresses as IPv6. */
const plainAddress = (address: string): string => (address.startsWith('::ffff:') ? address.slice(7) : address);

const refused = (body: string): Arrived => ({ kind: 'refused', status: 400, body, last: body !== '' });
