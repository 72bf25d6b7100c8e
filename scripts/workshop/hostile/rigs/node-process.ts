/** A node as a process, with its built-in Redis; tests send it raw bytes. */
import type { Watched } from '../watched.ts';
import { startProgram } from './program.ts';

export type NodeProcess = {
  readonly port: number;
  readonly redisPort: number;
  readonly watched: Watched;
  printed(): string;
  stop(): Promise<void>;
};

export const startNodeProcess = async (args: readonly string[]): Promise<NodeProcess> => {
  const { ready, ...program } = await startProgram({
    name: 'node',
    args: ['node/main.ts', '--port', '0', ...args],
    // A PATH without redis-server, so that the node starts its own.
    env: { ...process.env, PATH: '/nonexistent', REDIS_URL: '' },
    ready: /http:\/\/127\.0\.0\.1:(\d+)\/mcp[\s\S]*redis:\/\/[^\s]*127\.0\.0\.1:(\d+)/,
  });
  return { ...program, port: Number(ready[1]), redisPort: Number(ready[2]) };
};
