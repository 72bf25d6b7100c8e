import { listNodes, listSessions } from './listing.ts';
import { isLive } from './locate.ts';
import { lookUp } from './look-up.ts';
import { connectRedis, type RedisLink } from './redis.ts';
import { type Trouble, trouble } from './redis-trouble.ts';
import { parseRedisUrl } from './redis-url.ts';
import type { SessionId } from './session-id.ts';
import type { NodeListing, SessionListing, SessionRegistry } from './session-registry.ts';

/** What a tool may see of the registry: it is no node and writes nothing. */
export type RegistryView = Pick<SessionRegistry, 'sessions' | 'nodes' | 'quit'> & {
  /** One session, at the same cost however many there are. */
  find(id: SessionId): Promise<Found | { readonly kind: 'unavailable'; readonly why: string }>;
};

export type Found = {
  readonly kind: 'found';
  readonly session: SessionListing | undefined;
  /** The node that the id names. */
  readonly owner: NodeListing | undefined;
};

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
    find: async (id) => away() ?? findSession(link, id),
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
