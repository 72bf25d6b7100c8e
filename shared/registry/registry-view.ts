import { listNodes, listSessions } from './listing.ts';
import { connectRedis, type RedisLink } from './redis.ts';
import { type Trouble, trouble } from './redis-trouble.ts';
import { parseRedisUrl } from './redis-url.ts';
import type { SessionRegistry } from './session-registry.ts';

/** What a tool may see of the registry: it is no node and writes nothing. */
export type RegistryView = Pick<SessionRegistry, 'sessions' | 'nodes' | 'quit'>;

/** Throws RedisUrlError; when Redis is away, the lists say so. */
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
  return {
    sessions: async (options) => away() ?? listSessions(link, options?.limit),
    nodes: async () => away() ?? listNodes(link),
    quit: () => link.quit(),
  };
};
