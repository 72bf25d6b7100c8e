import { nodeOfPrefix, prefixesOf } from '../topology/prefixes.ts';
import type { TopologyNode } from '../topology/topology.ts';
import { type DrainMark, decodeMark, drainKey, encodeMark } from './drain-mark.ts';
import { listNodes, listSessions } from './listing.ts';
import { listed } from './locate.ts';
import { lookUp } from './look-up.ts';
import { decodeNode, nodeKey } from './records.ts';
import { connectRedis, type RedisLink } from './redis.ts';
import { type Trouble, trouble } from './redis-trouble.ts';
import { parseRedisUrl } from './redis-url.ts';
import type { NodeId, SessionId } from './session-id.ts';
import type { Listed, NodeListing, SessionListing, SessionRegistry } from './session-registry.ts';

/** Undefined: there is no key for it. */
export type Found<Item> =
  | { readonly kind: 'found'; readonly item: Item | undefined }
  | { readonly kind: 'unavailable'; readonly why: string };

export type FoundSession = {
  readonly kind: 'found';
  readonly session: SessionListing | undefined;
  /** The node that the id names. */
  readonly owner: NodeListing | undefined;
};

export type Done = { readonly kind: 'written' } | { readonly kind: 'unavailable'; readonly why: string };

/**
 * The registry as a tool sees it: not a node, and it writes only drain marks. It uses the names of nodes, never their
 * tags.
 */
export type RegistryView = Pick<SessionRegistry, 'sessions' | 'nodes' | 'quit'> & {
  /** One session, at a cost that does not depend on how many there are. */
  find(id: SessionId): Promise<FoundSession | { readonly kind: 'unavailable'; readonly why: string }>;
  /** One node's heartbeat, with one GET. */
  node(node: NodeId): Promise<Found<NodeListing>>;
  mark(node: NodeId): Promise<Found<DrainMark>>;
  /** A lifted mark expires by itself, after every node has had time to read it. */
  setMark(node: NodeId, mark: DrainMark): Promise<Done>;
  removeMark(node: NodeId): Promise<Done>;
};

const LIFTED_SECONDS = 3600;

/** Throws RedisUrlError; when Redis is down, the lists say so. `nodes`: those of the topology, which know their tags. */
export const viewRegistry = async (url: string, nodes: readonly TopologyNode[] = []): Promise<RegistryView> => {
  let last: Trouble = trouble('unreachable');
  const link = await new Promise<RedisLink>((resolve) => {
    const connected: RedisLink = connectRedis({
      place: parseRedisUrl(url),
      connectionName: 'mooring:view',
      commandTimeoutMs: 2000,
      onReady: () => resolve(connected),
      onTrouble: (found) => {
        last = found;
        resolve(connected);
      },
    });
  });
  const away = () => (link.phase() === 'ready' ? undefined : ({ kind: 'unavailable', why: last.sentence } as const));
  const find = async <Item>(key: string, decode: (text: unknown) => Item | null): Promise<Found<Item>> => {
    const reply = await link.call('GET', key);
    if (!reply.ok) return { kind: 'unavailable', why: reply.trouble.sentence };
    return { kind: 'found', item: decode(reply.value) ?? undefined };
  };
  const write = async (name: string, ...args: readonly (string | number)[]): Promise<Done> => {
    const reply = await link.call(name, ...args);
    return reply.ok ? { kind: 'written' } : { kind: 'unavailable', why: reply.trouble.sentence };
  };
  const named = <Item extends Called>(item: Item): Item => {
    const node = nameIn(nodes, item);
    return node === item.node ? item : { ...item, node, tag: item.node };
  };
  const all = <Item extends Called>(found: Listed<Item>): Listed<Item> =>
    found.kind === 'listed' ? { ...found, items: found.items.map(named) } : found;
  /** The prefix of ids that the node's process reports, if the file has another one. */
  const reported = new Map<NodeId, NodeId>();
  /** Its process may still have the previous tag. */
  const prefixes = (name: NodeId): readonly NodeId[] => {
    const node = nodes.find(({ id }) => id === name);
    const declared = node === undefined ? [name] : (prefixesOf(node) as NodeId[]);
    const own = reported.get(name);
    return own === undefined || declared.includes(own) ? declared : [own, ...declared];
  };
  const first = async <Item>(name: NodeId, look: (node: NodeId) => Promise<Found<Item>>): Promise<Found<Item>> => {
    const found = await Promise.all(prefixes(name).map(look));
    const isThere = (one: Found<Item>): boolean => one.kind === 'found' && one.item !== undefined;
    return found.find(isThere) ?? found.find(({ kind }) => kind === 'unavailable') ?? (found[0] as Found<Item>);
  };
  const readPrefix = async (name: NodeId): Promise<boolean> => {
    const listing = await listNodes(link);
    const item = listing.kind === 'listed' ? listing.items.find((one) => nameIn(nodes, one) === name) : undefined;
    if (item !== undefined) reported.set(name, item.node);
    return item !== undefined;
  };
  /** Written for both prefixes: the process that it is not for ignores it. */
  const each = async (name: NodeId, change: (node: NodeId) => Promise<Done>): Promise<Done> => {
    const done = await Promise.all(prefixes(name).map(change));
    return done.find(({ kind }) => kind === 'unavailable') ?? { kind: 'written' };
  };
  return {
    sessions: async (options) => away() ?? all(await listSessions(link, options?.limit)),
    nodes: async () => away() ?? all(await listNodes(link)),
    find: async (id) => away() ?? findSession(link, id, named),
    node: async (name) => {
      const look = () => first(name, (node) => find(nodeKey(node), (text) => decodeNode(node, text)));
      let found = await look();
      if (found.kind === 'found' && found.item === undefined && (await readPrefix(name))) found = await look();
      return found.kind === 'found' ? { ...found, item: found.item && named(found.item) } : found;
    },
    mark: (name) => first(name, (node) => find(drainKey(node), decodeMark)),
    setMark: (name, mark) =>
      each(name, (node) =>
        write('SET', drainKey(node), encodeMark(mark), ...(mark.lifted ? ['EX', LIFTED_SECONDS] : [])),
      ),
    removeMark: (name) => each(name, (node) => write('DEL', drainKey(node))),
    quit: () => link.quit(),
  };
};

type Called = Pick<NodeListing, 'node' | 'name'>;

/** From the heartbeat, or for a node that is gone from the topology. */
const nameIn = (nodes: readonly TopologyNode[], { node, name }: Called): NodeId =>
  (name ?? nodeOfPrefix(node, nodes) ?? node) as NodeId;

const findSession = async (
  link: RedisLink,
  id: SessionId,
  named: <Item extends Called>(item: Item) => Item,
): ReturnType<RegistryView['find']> => {
  const found = await lookUp(link, id);
  if (found.kind === 'failed') return { kind: 'unavailable', why: found.trouble.sentence };
  const { session, owner } = found;
  const state = session ? named(listed(session, owner ?? undefined)) : undefined;
  return { kind: 'found', session: state, owner: owner ? named(owner) : undefined };
};
