import type { HealthCheckConfig } from '../../core/model.ts';

/** What a server is asked to tell whether it is well. */
export type ProbeRequest = {
  readonly url: URL;
  readonly method: string;
  /** Names in lower case; `host` only where the check names one. */
  readonly headers: ReadonlyMap<string, string>;
};

/** Go's client sets these by itself, whatever the check's headers say. */
const NOT_SENT = new Set(['host', 'content-length', 'transfer-encoding', 'trailer']);
const METHOD = /^[A-Z0-9!#$%&'*+\-.^_`|~]+$/;
const ABSOLUTE = /^([a-z][a-z0-9+.-]*:|\/\/)/i;
const BAD_ESCAPE = /%(?![0-9a-f]{2})/i;

/** The check's request for one server, or why there can be none: the server is then down, as in Traefik. */
export const probeRequest = (server: string, check: HealthCheckConfig): ProbeRequest | { readonly error: string } => {
  const method = check.method || 'GET';
  // Traefik sends the method as written, and servers know methods in capitals only.
  if (!METHOD.test(method)) return { error: `create HTTP request: invalid method "${method}"` };
  const { path } = check;
  if (ABSOLUTE.test(path))
    return { error: `create HTTP request: health check path must be a relative URL, got: "${path}"` };
  if (BAD_ESCAPE.test(path)) return { error: `create HTTP request: parsing health check path: invalid URL escape` };
  const url = urlOf(server, check);
  return url ? { url, method, headers: headersOf(check) } : { error: `create HTTP request: invalid URL "${server}"` };
};

const urlOf = (server: string, { scheme, port, path }: HealthCheckConfig): URL | undefined => {
  // Here a backslash would turn into a slash, in Go it is a character like others.
  const reference = path.replaceAll('\\', '%5C');
  if (!URL.canParse(reference, server)) return undefined;
  const { protocol, username, password, hostname, pathname, search } = new URL(reference, server);
  const user = username === '' ? '' : `${username}:${password}@`;
  const origin = `${scheme === '' ? protocol : `${scheme}:`}//${user}${hostname}${portOf(server, port)}`;
  const text = origin + pathname + search;
  return URL.canParse(text) ? new URL(text) : undefined;
};

/** A port that is written out stays, though it be another scheme's own: URL objects forget that it was. */
const portOf = (server: string, port: number): string => {
  if (port !== 0) return `:${port}`;
  return /^[^/]*\/\/[^/?#]*(:\d+)(?=[/?#]|$)/.exec(server)?.[1] ?? '';
};

const headersOf = ({ hostname, headers }: HealthCheckConfig): ReadonlyMap<string, string> => {
  const sent = new Map([['user-agent', 'mooring']]);
  for (const [name, value] of headers) if (!NOT_SENT.has(name.toLowerCase())) sent.set(name.toLowerCase(), value);
  if (sent.get('user-agent') === '') sent.delete('user-agent');
  if (hostname !== '') sent.set('host', hostname);
  return sent;
};
