import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { finished } from 'node:stream/promises';
import { ROOT } from '../source-files.ts';
import type { NodeVersion } from './find-node.ts';
import { readTap, type Told } from './read-tap.ts';

export type TestRun = Told & {
  readonly passes: boolean;
  /** File with the complete output of the tests. */
  readonly log: string;
};

type Options = {
  readonly node: NodeVersion;
  readonly files: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  /** How many files at a time. */
  readonly concurrency?: number;
};

/** Under the other Node, and with it first on the PATH: tests start programs. */
export const runTests = async ({ node, files, env, signal, concurrency = 2 }: Options): Promise<TestRun> => {
  const log = join(tmpdir(), `mooring-tests-${node.version}${concurrency === 1 ? '-alone' : ''}.tap`);
  const args = ['--import', 'tsx/esm', '--test', `--test-concurrency=${concurrency}`, '--test-reporter=tap', ...files];
  const child = spawn(join(node.folder, 'node'), args, {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...env, PATH: `${node.folder}${delimiter}${env.PATH ?? ''}` },
  });
  const stop = (): void => void child.kill('SIGTERM');
  signal.addEventListener('abort', stop);
  const file = createWriteStream(log);
  let tap = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    tap += text;
    file.write(text);
  });
  const [code] = (await once(child, 'close')) as [number | null];
  signal.removeEventListener('abort', stop);
  await finished(file.end());
  const result = readTap(tap);
  // Without a count nothing ran, whatever the exit code says.
  return { ...result, passes: code === 0 && result.counts.pass > 0, log };
};
