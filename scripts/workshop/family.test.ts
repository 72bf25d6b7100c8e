import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import test from 'node:test';
import { familyOf, megabytesOf, stillThere } from './family.ts';

const WORD = `FAMILY_TEST=${process.pid}`;

test('a family is all descendants of a process; detached ones are found by a word in their environment', {
  skip: existsSync('/proc/self/stat') ? false : 'there is no /proc',
}, async (t) => {
  const [name = '', value] = WORD.split('=');
  const env = { ...process.env, [name]: value };
  const shell = spawn('/bin/sh', ['-c', 'sleep 600 & echo $!; wait'], { env, stdio: ['ignore', 'pipe', 'ignore'] });
  const [line] = (await once(createInterface({ input: shell.stdout }), 'line')) as [string];
  const child = Number(line);
  t.after(() => shell.kill('SIGKILL'));
  const pids = (members: Iterable<string>): number[] => [...members].map((member) => Number(member.split(' ', 1)[0]));
  const all = pids(familyOf([process.pid]));
  const family = familyOf([shell.pid!]);
  assert.deepEqual([pids(family), all.includes(child), all.includes(shell.pid!)], [[child], true, true]);
  assert.ok(megabytesOf(family) > 0);
  shell.kill('SIGKILL');
  await once(shell, 'exit');
  // It has another parent now.
  assert.deepEqual(pids(familyOf([shell.pid!])), []);
  for (const left of [stillThere(family, 'none of these'), stillThere(new Set(), WORD)])
    assert.deepEqual(pids(left), [child]);
  process.kill(child, 'SIGKILL');
  while (stillThere(family, WORD).length > 0) await new Promise(setImmediate);
});
