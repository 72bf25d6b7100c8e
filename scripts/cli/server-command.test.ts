import assert from 'node:assert/strict';
import test from 'node:test';
import { runCommand } from '../explain/test-run.ts';
import { defineCommand } from './command.ts';

const seen: unknown[] = [];
const command = defineCommand({
  summary: 'tries',
  usage: 'Usage: npm run try',
  options: { port: { type: 'string' } },
  positionals: true,
  takesCommand: true,
  run: async ({ values, positionals, server }) => {
    seen.push([values.port, positionals, server]);
    return 0;
  },
});

for (const { args, reads } of [
  {
    args: ['--port', '1', '--', 'go', '--port', '{port}', '--', 'x'],
    reads: ['1', [], ['go', '--port', '{port}', '--', 'x']],
  },
  { args: ['--', '--help'], reads: [undefined, [], ['--help']] },
  { args: ['kill', 'n2'], reads: [undefined, ['kill', 'n2'], undefined] },
])
  test(`${args.join(' ')}: arguments after the first -- are left alone`, async () => {
    assert.equal((await runCommand(command, args, {})).code, 0);
    assert.deepEqual(seen.at(-1), reads);
  });

for (const { args, says } of [
  { args: ['--port', '1', '--'], says: /the command of your server is missing after --$/ },
  {
    args: ['go', '--flag'],
    says: /there is no option --flag\nPut another -- before the command of your own server/,
  },
  { args: ['--flag'], says: /there is no option --flag$/ },
])
  test(`${args.join(' ')}: a usage error, with the right form`, async () => {
    const { code, err } = await runCommand(command, args, {});
    assert.equal(code, 2);
    assert.match(err, says);
  });
