declare const brand: unique symbol;
type Brand<T, Name extends string> = T & { readonly [brand]: Name };

/** The prefix of a node's ids, also in the rule that routes them: its tag if it has one, else its name. */
export type NodeId = Brand<string, 'NodeId'>;

/** `<node>.` and what a server calls the session, a UUID for our own: the part before the dot lets a plain header rule bring a session to its node. */
export type SessionId = Brand<string, 'SessionId'>;

// No dot, so that the first one ends the name, and nothing that a rule, a key pattern or a log would read as its own.
const NODE = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;
// Other servers make their own ids from what MCP allows: visible ASCII. The longest that we know are JWTs.
const SESSION = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}\.[\x21-\x7e]{1,1024}$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export const parseNodeId = (text: string): NodeId | null => (NODE.test(text) ? (text as NodeId) : null);

/** `uuid` is random with 122 bits or more: whoever can guess an id can take over the session. */
export const newSessionId = (node: NodeId, uuid: string): SessionId => {
  if (!UUID.test(uuid)) throw new TypeError(`session id: ${JSON.stringify(uuid)} is not a UUID in lower case`);
  return `${node}.${uuid}` as SessionId;
};

/** The only way from text to a SessionId, and a registry key is only ever made from a SessionId. */
export const parseSessionId = (text: string): SessionId | null => (SESSION.test(text) ? (text as SessionId) : null);

/** Node and 32 of 122 random bits: enough to tell sessions apart, and useless for access. Of short ids, a third. */
export const beginningOf = (id: string): string => {
  const start = id.indexOf('.') + 1;
  return id.slice(0, start + Math.min(8, Math.floor((id.length - start) / 3)));
};

export const ownerOf = (id: SessionId): NodeId => id.slice(0, id.indexOf('.')) as NodeId;
