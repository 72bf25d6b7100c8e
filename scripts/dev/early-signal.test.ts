import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { folderOf, textOf } from './test-dev.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const { scripts } = JSON.parse(readFileSync(`${ROOT}/package.json`, 'utf8')) as { scripts: { dev: string } };
/** As npm starts it: with exec, so that a signal to npm reaches it and not a shell. */
const [exec, , first = '', early = '', ...rest] = scripts.dev.split(' ');

test('SIGTERM while dev is loading ends it cleanly, and nothing is started', async (t) => {
  assert.equal(exec, 'exec');
  const signal = `data:text/javascript,${encodeURIComponent('process.kill(process.pid, "SIGTERM")')}`;
  const dev = spawn(process.execPath, [first, early, '--import', signal, ...rest, '--json'], {
    cwd: ROOT,
    env: { ...process.env, XDG_RUNTIME_DIR: folderOf(t) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  t.after(() => dev.kill('SIGKILL'));
  const [out, errors, ended] = await Promise.all([textOf(dev.stdout), textOf(dev.stderr), once(dev, 'exit')]);
  assert.deepEqual([ended, out, errors], [[0, null], '', '']);
});
