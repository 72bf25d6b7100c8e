import { findProgram } from '../find-program.ts';
import type { Log } from '../log.ts';
import { startEmbeddedRedis } from './embedded/server.ts';
import { startRedisProcess } from './redis-process.ts';
import { describeRedis, parseRedisUrl } from './redis-url.ts';

export type FoundRedis = {
  readonly url: string;
  readonly how: 'given' | 'server' | 'embedded';
  /** What was chosen and why, for the user. */
  readonly sentence: string;
  stop(): Promise<void>;
};

export type FindRedisOptions = {
  readonly env: { readonly REDIS_URL?: string | undefined; readonly PATH?: string | undefined };
  readonly log: Log;
};

const SERVERS = ['redis-server', 'valkey-server'];

/**
 * For development: the Redis that REDIS_URL names, else a Redis server of this machine that we start ourselves, else
 * the embedded one. Production names its Redis. Throws RedisUrlError if REDIS_URL is invalid.
 */
export const findRedis = async ({ env, log }: FindRedisOptions): Promise<FoundRedis> => {
  const found = given(env.REDIS_URL) ?? (await ownServer(env.PATH ?? '', log)) ?? (await embedded());
  log.info({ redis: found.how }, found.sentence);
  return found;
};

const given = (url: string | undefined): FoundRedis | undefined => {
  if (!url) return undefined;
  const sentence = `Redis: ${describeRedis(parseRedisUrl(url))}, from REDIS_URL`;
  return { url, how: 'given', sentence, stop: async () => undefined };
};

const ownServer = async (path: string, log: Log): Promise<FoundRedis | undefined> => {
  const binary = findBinary(path);
  if (!binary) return undefined;
  // Another process may take the free port before we use it.
  for (let attempt = 1; attempt <= 3; attempt++) {
    try {
      const { url, stop } = await startRedisProcess({ binary });
      return { url, how: 'server', sentence: `Redis: ${binary} on ${url}, without persistence, ends with us`, stop };
    } catch (error) {
      log.warn({ binary, attempt, err: error }, 'a Redis server was found but does not start');
    }
  }
  return undefined;
};

const embedded = async (): Promise<FoundRedis> => {
  const { url, stop } = await startEmbeddedRedis();
  const why = `no REDIS_URL, no ${SERVERS.join(' or ')} on PATH that starts`;
  return { url, how: 'embedded', sentence: `Redis: embedded, for development, on ${url} (${why})`, stop };
};

export const findBinary = (path: string): string | undefined => findProgram(SERVERS, path);
