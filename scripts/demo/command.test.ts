import assert from 'node:assert/strict';
import test from 'node:test';
import { command } from './command.ts';

test('an interrupt while the demo loads ends it, without a message about clusters', async () => {
  const said: string[] = [];
  const code = await command.run(['--url', 'http://127.0.0.1:1/mcp'], {
    print: () => undefined,
    complain: (text) => void said.push(text),
    interactive: false,
    color: false,
    env: {},
    signal: AbortSignal.abort(),
  });
  assert.deepEqual([code, said], [0, []]);
});
