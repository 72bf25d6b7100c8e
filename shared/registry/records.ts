import { fieldsOf, isDate, isNumber } from './fields.ts';
import { type NodeId, ownerOf, parseNodeId, parseSessionId, type SessionId } from './session-id.ts';
import type { Announced, NodeListing, Self, Session } from './session-registry.ts';

/** `name`: its node's, if that has a tag, because the node may be gone. */
export type SessionRecord = Session & {
  readonly node: NodeId;
  readonly name?: string | undefined;
  readonly boot: string;
};
export type NodeRecord = NodeListing;

const SESSION_PREFIX = 'mcp:session:';
const NODE_PREFIX = 'mcp:node:';
export const SESSION_PATTERN = `${SESSION_PREFIX}*`;
export const NODE_PATTERN = `${NODE_PREFIX}*`;

/** The client chooses its name: a hostile one must not fill the store. */
const CLIENT_LENGTH = 80;

export const sessionKey = (id: SessionId): string => SESSION_PREFIX + id;
export const nodeKey = (node: NodeId): string => NODE_PREFIX + node;

export const idOfSessionKey = (key: string): SessionId | null => parseSessionId(key.slice(SESSION_PREFIX.length));
export const nodeOfNodeKey = (key: string): NodeId | null => parseNodeId(key.slice(NODE_PREFIX.length));

export const shorten = (session: Session): Session => ({
  id: session.id,
  ...kindOf(session.kind),
  created: session.created,
  client: session.client.slice(0, CLIENT_LENGTH),
});

export const encodeSession = (session: Session, { name, boot }: Pick<Self, 'name' | 'boot'>): string =>
  JSON.stringify({
    ...kindOf(session.kind),
    node: ownerOf(session.id),
    name,
    boot,
    created: session.created,
    client: session.client,
  });

const kindOf = (kind: unknown): Pick<Session, 'kind'> => (kind === 'handle' || kind === 'task' ? { kind } : {});

export const encodeNode = (node: NodeRecord): string =>
  JSON.stringify({
    boot: node.boot,
    ...(node.name !== undefined && { name: node.name }),
    url: node.url,
    sessions: node.sessions,
    draining: node.draining,
    // Written even when false: it shows that this node supports drains.
    refusing: node.refusing,
    ...(node.drain !== undefined && { drain: node.drain }),
    ...(node.idle !== undefined && { idle: node.idle }),
  });

const calledBy = (name: unknown): Pick<Self, 'name'> =>
  typeof name === 'string' && parseNodeId(name) !== null ? { name } : {};

/** A value that another version or program wrote under our keys is not a record: null, as if it did not exist. */
export const decodeSession = (id: SessionId, text: unknown): SessionRecord | null => {
  const { kind, node, name, boot, created, client } = fieldsOf(text);
  if (node !== ownerOf(id) || typeof boot !== 'string' || !isDate(created)) return null;
  const clientText = typeof client === 'string' ? client : '';
  return { id, ...kindOf(kind), node: ownerOf(id), ...calledBy(name), boot, created, client: clientText };
};

export const decodeNode = (node: NodeId, text: unknown): NodeRecord | null => {
  const { boot, name, url, sessions, draining, refusing, drain, idle } = fieldsOf(text);
  if (typeof boot !== 'string' || typeof url !== 'string') return null;
  const flags = { draining: draining === true, refusing: typeof refusing === 'boolean' ? refusing : undefined };
  const named = { ...(typeof drain === 'string' && { drain }), ...(isNumber(idle) && { idle }) };
  return {
    node,
    ...calledBy(name),
    boot,
    url,
    sessions: isNumber(sessions) ? sessions : 0,
    ...flags,
    ...named,
  };
};

export const nodeRecord = (self: Self, sessions: number, flags: Announced): NodeRecord => ({
  node: self.node,
  ...(self.name !== undefined && { name: self.name }),
  boot: self.boot,
  url: self.url,
  sessions,
  draining: flags.draining,
  refusing: flags.refusing ?? false,
  ...(flags.drain !== undefined && { drain: flags.drain }),
  ...(flags.idle && { idle: flags.idle() }),
});
