/** Alternating names and values, as received. */
export type RawHeaders = readonly string[];

// Hop-by-hop headers (RFC 9110, section 7.6.1), and those that Node has already handled.
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

/** The media type of a body that can be read; undefined: it is compressed. */
export const readableType = (headers: RawHeaders): string | undefined =>
  valuesOf(headers, 'content-encoding').some((coding) => !/^(identity)?$/i.test(coding))
    ? undefined
    : (valuesOf(headers, 'content-type')[0] ?? '').toLowerCase();

export type ToServer = {
  readonly host: string | undefined;
  readonly session: string | undefined;
  /** Set if the body was read for task ids; `node` if Mcp-Name is one of them, and not the name of a tool. */
  readonly renamed?: { readonly node: string | undefined; readonly length: number } | undefined;
};

/** A request's headers for the server: with the server's own ids, and its own host if Host is not passed on. */
export const headersToServer = (headers: RawHeaders, { host, session, renamed }: ToServer): string[] =>
  rewrite(headers, (name, value) => {
    if (name === 'host') return host ?? value;
    if (renamed && name === 'content-length') return `${renamed.length}`;
    if (renamed?.node !== undefined && name === 'mcp-name') return nameWithoutNode(renamed.node, value);
    // Compressed, we could not rename the ids in its answer.
    if (renamed && name === 'accept-encoding') return 'identity';
    if (name !== SESSION) return value;
    // There may be empty values next to the one that names the session.
    return value.trim() === '' ? undefined : session;
  });

/**
 * An answer's headers for the client: the session id, if there is one, names the node, and redirects do not name the
 * server.
 */
export const headersToClient = (
  headers: RawHeaders,
  { node, origin }: { readonly node: string | undefined; readonly origin: string | undefined },
): string[] =>
  rewrite(headers, (name, value) => {
    if (name === SESSION) return node && `${node}.${value}`;
    return name === 'location' && origin !== undefined ? withoutOrigin(value, origin) : value;
  });

/** Headers for a request that one node passes on to another. */
export const endToEnd = (headers: RawHeaders): string[] => rewrite(headers, (_, value) => value);

/** Headers for our own request on behalf of a client: those that identify it, and none about its body. */
export const headersOnBehalf = (headers: RawHeaders): string[] =>
  rewrite(headers, (name, value) => (OF_ONE_REQUEST.test(name) ? undefined : value));

const OF_ONE_REQUEST = /^(content-.*|accept|last-event-id|mcp-method|mcp-name|mcp-param-.*)$/;

export const withoutNode = (node: string, id: string): string =>
  id.startsWith(`${node}.`) ? id.slice(node.length + 1) : id;

/** MCP's form of what a header cannot carry as it is. */
const CODED = /^=\?base64\?([A-Za-z0-9+/]*={0,2})\?=$/;

const nameWithoutNode = (node: string, value: string): string => {
  const coded = CODED.exec(value)?.[1];
  if (coded === undefined) return withoutNode(node, value);
  const name = Buffer.from(coded, 'base64').toString();
  return name.startsWith(`${node}.`) ? `=?base64?${Buffer.from(withoutNode(node, name)).toString('base64')}?=` : value;
};

const rewrite = (headers: RawHeaders, replaced: (name: string, value: string) => string | undefined): string[] => {
  const named = new Set(
    valuesOf(headers, 'connection').flatMap((value) => value.split(',').map((name) => name.trim().toLowerCase())),
  );
  // Session headers are end to end: Connection cannot remove them (RFC 9110, section 7.6.1).
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

/** The server built the URL from the Host that we sent; the client cannot reach that. */
const withoutOrigin = (location: string, origin: string): string => {
  if (!location.startsWith(origin)) return location;
  const rest = location.slice(origin.length);
  return rest === '' ? '/' : /^[/?#]/.test(rest) ? rest : location;
};
