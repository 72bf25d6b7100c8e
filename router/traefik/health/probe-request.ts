import type { HealthCheckConfig } from '../../core/model.ts';

/** The request of a health check. */
export type ProbeRequest = {
  readonly url: URL;
  readonly method: string;
  /** Names in lower case; `host` only if the check sets one. */
  readonly headers: ReadonlyMap<string, string>;
};

/** Go's client sets these itself and ignores the check's headers. */
const NOT_SENT = new Set(['host', 'content-length', 'transfer-encoding', 'trailer']);
const METHOD = /^[A-Z0-9!#$%&'*+\-.^_`|~]+$/;
const ABSOLUTE = /^([a-z][a-z0-9+.-]*:|\/\/)/i;
const BAD_ESCAPE = /%(?![0-9a-f]{2})/i;

/** The request for one server, or why it cannot be built: the server is then down, as in Traefik. */
export const probeRequest = (server: string, check: HealthCheckConfig): ProbeRequest | { readonly error: string } => {
  const method = check.method || 'GET';
  // Traefik sends the method as written; only upper case is a valid method.
  if (!METHOD.test(method)) return { error: `create HTTP request: invalid method "${method}"` };
  const { path } = check;
  if (ABSOLUTE.test(path))
    return { error: `create HTTP request: health check path must be a relative URL, got: "${path}"` };
  if (BAD_ESCAPE.test(path)) return { error: `create HTTP request: parsing health check path: invalid URL escape` };
  const url = urlOf(server, check);
  return url ? { url, method, headers: headersOf(check) } : { error: `create HTTP request: invalid URL "${server}"` };
};

const urlOf = (server: string, { scheme, port, path }: HealthCheckConfig): URL | undefined => {
  // URL would turn a backslash into a slash; in Go it is an ordinary character.
  const reference = path.replaceAll('\\', '%5C');
  if (!URL.canParse(reference, server)) return undefined;
  const { protocol, username, password, hostname, pathname, search } = new URL(reference, server);
  const user = username === '' ? '' : `${username}:${password}@`;
  const origin = `${scheme === '' ? protocol : `${scheme}:`}//${user}${hostname}${portOf(server, port)}`;
  const text = origin + pathname + search;
  return URL.canParse(text) ? new URL(text) : undefined;
};

/** An explicit port is kept even if it is the default of the new scheme, which URL objects drop. */
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
