/** Registers this node with Traefik: its routes stay in Redis for as long as it renews them. */
import type { Log } from '../shared/log.ts';
import { connectRedis, type RedisLink } from '../shared/registry/redis.ts';
import type { Topology, TopologyNode } from '../shared/topology/topology.ts';
import { routesPlace } from '../shared/traefik/targets/redis.ts';
import { type Keys, keysOfNode } from '../shared/traefik/targets/redis-keys.ts';

export type Announcement = {
  /** Leaves the pools: it gets no new sessions, but still the requests of its own. */
  drain(): Promise<void>;
  /** Removes its routes at once; routes that all nodes share stay while another node renews them. */
  leave(): Promise<void>;
};

export type AnnounceOptions = {
  readonly node: Pick<TopologyNode, 'id' | 'tag' | 'url'>;
  /** What all nodes have in common: hosts, prefix, cookie, entry points. Its list of nodes is not used. */
  readonly topology: Topology;
  readonly redis: string;
  readonly log: Log;
  readonly beatMs?: number;
};

/** Traefik misses changes while it reconnects, and Redis may lose its keys: every beat writes everything. */
const BEAT_MS = 5000;
const BEATS_TO_LIVE = 4;
const COMMAND_MS = 1000;

/** Atomic: Traefik must not see a half-written node. */
const WRITE = "for i, key in ipairs(KEYS) do redis.call('SET', key, ARGV[i + 1], 'PX', ARGV[1]) end";

export const announce = (options: AnnounceOptions): Announcement => {
  const { node, topology, redis, log, beatMs = BEAT_MS } = options;
  let state: TopologyNode['state'] = 'active';
  let registered: boolean | undefined;
  const keysNow = () => keysOfNode({ ...node, state }, topology);
  const beat = async (): Promise<void> => {
    if (state === 'out') return;
    const { own, shared } = keysNow();
    const reply = await write(link, new Map([...shared, ...own]), beatMs * BEATS_TO_LIVE);
    if (!reply.ok && registered !== false)
      log.warn({ why: reply.trouble.sentence }, 'could not register this node with Traefik');
    if (reply.ok && registered !== true) log.info({ url: node.url }, 'registered this node with Traefik');
    registered = reply.ok;
  };
  const become = async (next: TopologyNode['state']): Promise<void> => {
    const before = keysNow().own;
    state = next;
    const now = keysNow().own;
    const gone = [...before.keys()].filter((key) => !now.has(key));
    if (gone.length > 0) await link.call('DEL', ...gone);
    await beat();
  };
  const link = connectRedis({
    place: routesPlace(redis),
    connectionName: `mooring-routes-${node.id}`,
    commandTimeoutMs: COMMAND_MS,
    onReady: () => void beat(),
    onTrouble: ({ sentence }) => log.debug({ why: sentence }, 'the connection for registering with Traefik'),
  });
  const timer = setInterval(() => void beat(), beatMs).unref();
  const leave = async (): Promise<void> => {
    clearInterval(timer);
    await become('out');
    await link.quit();
  };
  return { drain: () => become('draining'), leave };
};

const write = (link: RedisLink, keys: Keys, ttlMs: number) =>
  link.call('EVAL', WRITE, keys.size, ...keys.keys(), ttlMs, ...keys.values());
