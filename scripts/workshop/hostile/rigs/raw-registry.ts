/** The suite writes directly to a node's Redis, and so to the registry. */
import { connectRedis, type RedisLink } from '../../../../shared/registry/redis.ts';
import { parseRedisUrl } from '../../../../shared/registry/redis-url.ts';

export type RegistryWords = {
  get(key: string): Promise<unknown>;
  set(key: string, value: string): Promise<void>;
  delete(...keys: readonly string[]): Promise<void>;
  quit(): Promise<void>;
};

const COMMAND_MS = 60_000;

export const speakTo = async (port: number): Promise<RegistryWords> => {
  const link = await new Promise<RedisLink>((resolve) => {
    const made: RedisLink = connectRedis({
      place: parseRedisUrl(`redis://127.0.0.1:${port}`),
      connectionName: 'hostile',
      commandTimeoutMs: COMMAND_MS,
      onReady: () => resolve(made),
      onTrouble: () => undefined,
    });
  });
  const call = async (name: string, ...args: readonly string[]): Promise<unknown> => {
    const reply = await link.call(name, ...args);
    if (!reply.ok) throw new Error(`Redis: ${name} ${args[0]}: ${reply.trouble.sentence}`);
    return reply.value;
  };
  return {
    get: (key) => call('GET', key),
    set: async (key, value) => void (await call('SET', key, value)),
    delete: async (...keys) => void (keys.length > 0 && (await call('DEL', ...keys))),
    quit: () => link.quit(),
  };
};
