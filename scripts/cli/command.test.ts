import assert from 'node:assert/strict';
import test from 'node:test';
import { runCommand } from '../explain/test-run.ts';
import { defineCommand } from './command.ts';

const command = defineCommand({
  summary: 'tries',
  usage: 'Usage: npm run try',
  options: { nodes: { type: 'string' }, prefix: { type: 'string' } },
  run: async () => 0,
});

for (const { args, env, says } of [
  { args: ['--node', '5'], env: {}, says: 'there is no option --node; did you mean --nodes?' },
  { args: ['5'], env: {}, says: 'unexpected argument "5"' },
  {
    args: ['5'],
    env: { npm_config_nodes: 'true', npm_config_prefix: '/usr' },
    says: 'npm took --nodes for itself: write -- before our options, as in npm run dev -- --nodes 5',
  },
])
  test(`a usage error is printed last, where it is seen: ${says}`, async () => {
    const { code, err } = await runCommand(command, args, env);
    assert.deepEqual([code, err], [2, `Usage: npm run try\n\n${says}`]);
  });

test("what npm always has of its own is nobody's mistake", async () => {
  assert.equal((await runCommand(command, [], { npm_config_prefix: '/usr' })).code, 0);
});
