/**
 * Names of the generated parts; those of nodes and routes have a prefix, so that no id collides with another part's
 * name.
 */
export const PARTS = {
  mcp: 'mcp',
  default: 'default',
  /** Every active node that is alive. */
  alive: 'alive',
  cors: 'cors',
  ping: 'ping',
  node: (id: string) => `node-${id}`,
  /** The node while it is alive. */
  only: (id: string) => `only-${id}`,
  /** The node while it takes new sessions. The cookie is a hash of this name. */
  ready: (id: string) => `ready-${id}`,
  cookie: (id: string) => `cookie-${id}`,
  handle: (id: string) => `handle-${id}`,
  route: (name: string) => `route-${name}`,
  /** The nodes that take new sessions, for one of the two services above. */
  pool: (part: string) => `${part}-ready`,
} as const;

/** What a node's cookie may be a hash of: its name in the pools, or, where a pool has servers of its own, its URL. */
export const pinTexts = ({ id, url }: { readonly id: string; readonly url: string }): readonly string[] => [
  PARTS.ready(id),
  url,
];
