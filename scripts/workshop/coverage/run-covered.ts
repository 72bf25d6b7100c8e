import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { NodeVersion } from '../matrix/find-node.ts';
import { ROOT } from '../source-files.ts';

type Options = { readonly node: NodeVersion; readonly tests: readonly string[]; readonly signal: AbortSignal };

type Covered = { readonly kind: 'covered'; readonly lcov: string } | { readonly kind: 'failed'; readonly why: string };

/** Node's own coverage as lcov. Without tsx, whose output has other lines and additional branches. */
export const runCovered = async ({ node, tests, signal }: Options): Promise<Covered> => {
  const folder = await mkdtemp(join(tmpdir(), 'mooring-coverage-'));
  const lcov = join(folder, 'lcov.info');
  const report = ['lcov', 'dot'].map((name) => `--test-reporter=${name}`);
  const to = [lcov, 'stdout'].map((place) => `--test-reporter-destination=${place}`);
  const args = ['--test', '--test-concurrency=2', '--experimental-test-coverage', ...report, ...to, ...tests];
  try {
    await promisify(execFile)(join(node.folder, 'node'), args, { cwd: ROOT, signal, maxBuffer: 1 << 26 });
    return { kind: 'covered', lcov: await readFile(lcov, 'utf8') };
  } catch (error) {
    const { stdout = '', message } = error as { readonly stdout?: string; readonly message: string };
    return { kind: 'failed', why: stdout.slice(Math.max(0, stdout.indexOf('Failed tests'))) || message };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
