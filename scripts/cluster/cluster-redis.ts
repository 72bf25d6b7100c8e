import { createLog } from '../../shared/log.ts';
import { startEmbeddedRedis } from '../../shared/registry/embedded/server.ts';
import { findBinary, findRedis } from '../../shared/registry/find-redis.ts';
import { startRedisProcess } from '../../shared/registry/redis-process.ts';

export type ClusterRedis = {
  readonly url: string;
  readonly how: string;
  readonly sentence: string;
  /** Both are refused for a Redis that we did not start. */
  stop(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
};

type Options = { readonly url: string | undefined; readonly onLine: (line: string) => void };

/** An existing, started or embedded Redis. After a restart it has the same port and no data. */
export const startClusterRedis = async ({ url, onLine }: Options): Promise<ClusterRedis> => {
  const log = createLog({ level: 'warn', destination: { write: (line) => onLine(line.trimEnd()) } });
  const { PATH, REDIS_URL } = process.env;
  const found = await findRedis({ env: { PATH, REDIS_URL: url ?? REDIS_URL }, log });
  let running: { stop(): Promise<void> } | undefined = found;
  const port = Number(new URL(found.url).port);
  const refuseForeign = (): void => {
    if (found.how === 'given')
      throw new Error(
        `this Redis was not started here: stop and start it yourself, or leave REDIS_URL and --redis out`,
      );
  };
  const again = async (): Promise<{ stop(): Promise<void> }> => {
    const binary = found.how === 'server' ? findBinary(PATH ?? '') : undefined;
    return binary === undefined ? startEmbeddedRedis({ port }) : startRedisProcess({ binary, port });
  };
  const stop = async (): Promise<void> => {
    const last = running;
    running = undefined;
    await last?.stop();
  };
  return {
    url: found.url,
    how: found.how,
    sentence: found.sentence,
    stop: async () => {
      refuseForeign();
      await stop();
    },
    start: async () => {
      refuseForeign();
      running ??= await again();
    },
    close: stop,
  };
};
