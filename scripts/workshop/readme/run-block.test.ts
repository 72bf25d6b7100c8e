import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { runCommands } from './run-block.ts';

const TIME = { timeout: 120_000 };
/** It prints once it runs: a shell that is about to exec a program misses signals. */
const goesOn = (says: string): string => `node -e "console.log('${says}'); setInterval(Object, 1000)"`;
const run = (commands: string, signal: AbortSignal, until?: string) =>
  runCommands(commands, { folder: tmpdir(), signal, ...(until !== undefined && { until }) });

test('the output of both streams and the exit code are returned', TIME, async (t) => {
  assert.deepEqual(await run('echo one; echo two >&2; exit 3', t.signal), { printed: 'one\ntwo\n', code: 3 });
});

test('the first command that fails is the last', TIME, async (t) => {
  assert.deepEqual(await run('echo one\nfalse\necho two', t.signal), { printed: 'one\n', code: 1 });
});

test('a running command is ended, with all its children, when it has printed the expected text', TIME, async (t) => {
  const { printed, code } = await run(`${goesOn('up')} | cat`, t.signal, 'up');
  assert.deepEqual({ printed, code }, { printed: 'up\n', code: undefined });
});

test('one of our servers is ended when it says that it is ready', TIME, async (t) => {
  const { code } = await run(goesOn('mooring router ready in 3 ms'), t.signal);
  assert.equal(code, undefined);
});

test('a command that ends before it prints the expected text keeps its exit code', TIME, async (t) => {
  assert.equal((await run('echo down', t.signal, 'up')).code, 0);
});

test('a command that never ends is killed and reported with its output', TIME, async () => {
  const giveUp = new AbortController();
  const running = run('echo here; sleep 1000', giveUp.signal);
  setTimeout(() => giveUp.abort(), 200);
  await assert.rejects(running, /not over in time/);
});

const lives = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test('started commands do not outlive us, even if we are killed', TIME, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'readme-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'pid');
  const commands = `sleep 1000 & echo $! > ${file}; kill -s KILL $PPID; wait`;
  const code = `import { runCommands } from ${JSON.stringify(new URL('run-block.ts', import.meta.url).href)};
    await runCommands(${JSON.stringify(commands)}, { folder: '.', signal: new AbortController().signal });`;
  const us = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', code], { stdio: 'ignore' });
  const [, signal] = await once(us, 'exit');
  assert.equal(signal, 'SIGKILL');
  const pid = Number(readFileSync(file, 'utf8'));
  while (lives(pid)) await wait(20, undefined, { signal: t.signal });
});
