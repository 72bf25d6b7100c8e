/** Names and values in turn, as they came. */
export type RawHeaders = readonly string[];

// What concerns only one connection (RFC 9110, section 7.6.1), and what Node has answered already.
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
]);

const SESSION = 'mcp-session-id';

/** All values of a header. */
export const valuesOf = (headers: RawHeaders, name: string): string[] =>
  headers.filter((_, i) => i % 2 === 1 && headers[i - 1]?.toLowerCase() === name);

/** A request's headers as the server gets them: its own session id, and its own name if Host is not passed on. */
export const headersToServer = (
  headers: RawHeaders,
  { host, session }: { readonly host: string | undefined; readonly session: string | undefined },
): string[] =>
  rewrite(headers, (name, value) => {
    if (name === 'host') return host ?? value;
    if (name !== SESSION) return value;
    // Beside the one that names the session there may be empty ones.
    return value.trim() === '' ? undefined : session;
  });

/**
 * An answer's headers as the client gets them: its session id names the node, and is left out where there is none; its
 * redirects do not name the server.
 */
export const headersToClient = (
  headers: RawHeaders,
  { node, origin }: { readonly node: string | undefined; readonly origin: string | undefined },
): string[] =>
  rewrite(headers, (name, value) => {
    if (name === SESSION) return node && `${node}.${value}`;
    return name === 'location' && origin !== undefined ? withoutOrigin(value, origin) : value;
  });

/** What two nodes pass on to each other. */
export const endToEnd = (headers: RawHeaders): string[] => rewrite(headers, (_, value) => value);

/** Headers of a request of our own on behalf of a client: who it is, and nothing of its body. */
export const headersOnBehalf = (headers: RawHeaders): string[] =>
  rewrite(headers, (name, value) => (OF_ONE_REQUEST.test(name) ? undefined : value));

const OF_ONE_REQUEST = /^(content-.*|accept|last-event-id|mcp-method|mcp-name|mcp-param-.*)$/;

const rewrite = (headers: RawHeaders, replaced: (name: string, value: string) => string | undefined): string[] => {
  const named = new Set(
    valuesOf(headers, 'connection').flatMap((value) => value.split(',').map((name) => name.trim().toLowerCase())),
  );
  // What is a session's stays with it, whoever sent Connection (RFC 9110, section 7.6.1: end to end).
  named.delete(SESSION);
  const kept: string[] = [];
  for (let i = 0; i < headers.length; i += 2) {
    const [name, value] = [headers[i] as string, headers[i + 1] as string];
    const lower = name.toLowerCase();
    if (HOP_BY_HOP.has(lower) || named.has(lower)) continue;
    const now = replaced(lower, value);
    if (now !== undefined) kept.push(name, now);
  }
  return kept;
};

/** The server made the URL of the Host that we gave it; its client cannot go there. */
const withoutOrigin = (location: string, origin: string): string => {
  if (!location.startsWith(origin)) return location;
  const rest = location.slice(origin.length);
  return rest === '' ? '/' : /^[/?#]/.test(rest) ? rest : location;
};
