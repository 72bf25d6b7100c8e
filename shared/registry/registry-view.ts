import { type DrainMark, decodeMark, drainKey, encodeMark } from './drain-mark.ts';
import { listNodes, listSessions } from './listing.ts';
import { isLive } from './locate.ts';
import { lookUp } from './look-up.ts';
import { decodeNode, nodeKey } from './records.ts';
import { connectRedis, type RedisLink } from './redis.ts';
import { type Trouble, trouble } from './redis-trouble.ts';
import { parseRedisUrl } from './redis-url.ts';
import type { NodeId, SessionId } from './session-id.ts';
import type { NodeListing, SessionListing, SessionRegistry } from './session-registry.ts';

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

/** The registry as seen by a tool: it is not a node, and writes only drain marks. */
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

/** Throws RedisUrlError; when Redis is down, the lists say so. */
export const viewRegistry = async (url: string): Promise<RegistryView> => {
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
  return {
    sessions: async (options) => away() ?? listSessions(link, options?.limit),
    nodes: async () => away() ?? listNodes(link),
    find: async (id) => away() ?? findSession(link, id),
    node: (node) => find(nodeKey(node), (text) => decodeNode(node, text)),
    mark: (node) => find(drainKey(node), decodeMark),
    setMark: (node, mark) =>
      write('SET', drainKey(node), encodeMark(mark), ...(mark.lifted ? ['EX', LIFTED_SECONDS] : [])),
    removeMark: (node) => write('DEL', drainKey(node)),
    quit: () => link.quit(),
  };
};

const findSession = async (link: RedisLink, id: SessionId): ReturnType<RegistryView['find']> => {
  const found = await lookUp(link, id);
  if (found.kind === 'failed') return { kind: 'unavailable', why: found.trouble.sentence };
  const { session, owner } = found;
  const state = session && isLive(session, owner ?? undefined) ? 'live' : 'abandoned';
  return { kind: 'found', session: session ? { ...session, state } : undefined, owner: owner ?? undefined };
};
