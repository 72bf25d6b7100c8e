/** A node as a process, with the Redis that it brings along; whoever speaks to it does so byte by byte. */
import { fileURLToPath } from 'node:url';
import { startOwnedProcess } from '../../../cluster/owned-process.ts';
import { type Watched, watch } from '../watched.ts';

export type NodeProcess = {
  readonly port: number;
  readonly redisPort: number;
  readonly watched: Watched;
  printed(): string;
  stop(): Promise<void>;
};

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));
const START_MS = 120_000;
const STOP_MS = 60_000;

export const startNodeProcess = async (args: readonly string[]): Promise<NodeProcess> => {
  let printed = '';
  let over: string | undefined;
  let wake = (): void => undefined;
  const running = await startOwnedProcess({
    command: process.execPath,
    args: ['--import', 'tsx/esm', `${ROOT}node/main.ts`, '--port', '0', ...args],
    // No Redis server is found there, so that it starts its own.
    env: { ...process.env, PATH: '/nonexistent', REDIS_URL: '' },
    onLine: (line) => {
      printed += `${line}\n`;
      wake();
    },
  });
  const ended = running.ended.then((how) => {
    over = how;
    wake();
  });
  const until = async (test: () => boolean, ms: number): Promise<void> => {
    for (const deadline = Date.now() + ms; !test() && over === undefined; ) {
      if (Date.now() > deadline) throw new Error(`the node does not get so far\n${printed.slice(-2_000)}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 1_000);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  };
  const READY = /http:\/\/127\.0\.0\.1:(\d+)\/mcp[\s\S]*redis:\/\/[^\s]*127\.0\.0\.1:(\d+)/;
  await until(() => READY.test(printed), START_MS);
  const [, port, redisPort] = READY.exec(printed) ?? [];
  if (port === undefined) throw new Error(`the node has ended ${over}\n${printed}`);
  return {
    port: Number(port),
    redisPort: Number(redisPort),
    watched: watch({ name: 'node', pid: running.pid, ended: () => over, printed: () => printed }, true),
    printed: () => printed,
    stop: async () => {
      running.signal('SIGTERM');
      const timer = setTimeout(() => running.signal('SIGKILL'), STOP_MS);
      await ended;
      clearTimeout(timer);
      if (over !== 'with code 0') throw new Error(`the node ended ${over}\n${printed.slice(-2_000)}`);
    },
  };
};
