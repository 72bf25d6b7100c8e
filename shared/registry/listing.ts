import { listed } from './locate.ts';
import {
  decodeNode,
  decodeSession,
  idOfSessionKey,
  NODE_PATTERN,
  nodeKey,
  nodeOfNodeKey,
  SESSION_PATTERN,
  sessionKey,
} from './records.ts';
import type { RedisLink, Reply } from './redis.ts';
import type { NodeId } from './session-id.ts';
import type { Listed, NodeListing, SessionListing } from './session-registry.ts';

const NODE_LIMIT = 10_000;
const SESSION_LIMIT = 1000;

/** For people and tools, never for a request: it scans the keys. */
export const listNodes = async (link: RedisLink): Promise<Listed<NodeListing>> =>
  collect({
    link,
    pattern: NODE_PATTERN,
    limit: NODE_LIMIT,
    idOf: nodeOfNodeKey,
    keyOf: nodeKey,
    decode: decodeNode,
  });

export const readHeartbeats = async (link: RedisLink, nodes: readonly NodeId[]): Promise<Listed<NodeListing>> => {
  const replies = await Promise.all(nodes.map((node) => link.call('GET', nodeKey(node))));
  const broken = replies.find(isBroken);
  if (broken && !broken.ok) return { kind: 'unavailable', why: broken.trouble.sentence };
  const items = nodes
    .map((node, i) => decodeNode(node, replies[i]?.ok ? replies[i].value : null))
    .filter((item) => item !== null);
  return { kind: 'listed', items, complete: true };
};

export const listSessions = async (link: RedisLink, limit = SESSION_LIMIT): Promise<Listed<SessionListing>> => {
  const nodes = await listNodes(link);
  if (nodes.kind === 'unavailable') return nodes;
  const owners = new Map(nodes.items.map((node) => [node.node, node]));
  const found = await collect({
    link,
    pattern: SESSION_PATTERN,
    limit,
    idOf: idOfSessionKey,
    keyOf: sessionKey,
    decode: decodeSession,
  });
  if (found.kind === 'unavailable') return found;
  return { ...found, items: found.items.map((session) => listed(session, owners.get(session.node))) };
};

/** A key of another type, written by another program, gives an error; that does not affect the others. */
const isBroken = (reply: Reply): boolean => !reply.ok && reply.trouble.kind !== 'refused';

type Collecting<Id, Item> = {
  readonly link: RedisLink;
  readonly pattern: string;
  readonly limit: number;
  readonly idOf: (key: string) => Id | null;
  readonly keyOf: (id: Id) => string;
  readonly decode: (id: Id, text: unknown) => Item | null;
};

const collect = async <Id, Item>(options: Collecting<Id, Item>): Promise<Listed<Item>> => {
  const { link, pattern, limit, idOf, keyOf, decode } = options;
  // A scan may return a key twice.
  const items = new Map<Id, Item>();
  let complete = true;
  let broken: Reply | undefined;
  const visit = async (keys: string[]): Promise<boolean> => {
    const ids = keys.map(idOf).filter((id) => id !== null);
    // One GET each: the keys of a batch are in many slots of a cluster, which refuses MGET.
    const replies = await Promise.all(ids.map((id) => link.call('GET', keyOf(id))));
    broken = replies.find(isBroken);
    for (const [index, id] of ids.entries()) {
      const reply = replies[index];
      const item = reply?.ok ? decode(id, reply.value) : null;
      if (!item) continue;
      if (items.size >= limit && !items.has(id)) complete = false;
      else items.set(id, item);
    }
    return !broken && complete;
  };
  const walked = await link.scan(pattern, visit);
  const failed = broken ?? walked;
  if (!failed.ok) return { kind: 'unavailable', why: failed.trouble.sentence };
  return { kind: 'listed', items: [...items.values()], complete };
};
