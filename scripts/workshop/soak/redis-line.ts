import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { BadLine } from '../../../shared/registry/test-proxy.ts';

/** A faulty connection of one node to Redis. */
export type RedisLine = { readonly url: string; set(settings: Partial<Pick<BadLine, 'delayMs' | 'muted'>>): void };

const PROGRAM = fileURLToPath(new URL('line-process.ts', import.meta.url));

/** A separate process: in one process with hundreds of clients it would exceed the nodes' timeout for Redis. */
export const startRedisLine = async (port: number): Promise<RedisLine & { end(): void }> => {
  const child = fork(PROGRAM, [String(port)], { execArgv: ['--import', 'tsx/esm'] });
  const [url] = (await once(child, 'message')) as [string];
  return { url, set: (settings) => void child.send(settings), end: () => void child.kill() };
};
