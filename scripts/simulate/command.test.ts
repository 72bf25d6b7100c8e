import assert from 'node:assert/strict';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { runCommand, runMooring } from '../explain/test-run.ts';
import { command } from './command.ts';

for (const { when, args, says } of [
  {
    when: 'the scenario is unknown',
    args: ['zzzzzz'],
    says: /there are .*\. Your own is a file such as \.\/zzzzzz\.yaml$/,
  },
  { when: 'the scenario is misspelt', args: ['crsh'], says: /did you mean crash\? Your own/ },
  {
    when: 'what is to be held is nothing known',
    args: ['crash', '--holds', 'x'],
    says: /must be one of session, handle, task/,
  },
  {
    when: 'the report has no folder',
    args: ['crash', '--report', 'nosuch/x.html'],
    says: /there is no folder nosuch$/,
  },
  {
    when: 'the report is a folder',
    args: ['crash', '--report', 'scripts'],
    says: /scripts is a directory: name the file/,
  },
])
  test(`simulate ends with 2 before anything starts when ${when}`, async () => {
    const { code, err } = await runCommand(command, args);
    assert.equal(code, 2);
    assert.match(err, says);
  });

test('a cluster that cannot start is reported in one sentence', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'path-'));
  t.after(() => rm(folder, { recursive: true }));
  await symlink(process.execPath, join(folder, 'node'));
  await symlink('/bin/cat', join(folder, 'cat'));
  const { code, err } = await runMooring(['simulate', 'crash', '--traefik'], { PATH: folder, TRAEFIK_BIN: '' });
  assert.equal(code, 1);
  assert.match(err, /^no Traefik \S+ on the PATH; install it, or name it in TRAEFIK_BIN\n$/);
});
