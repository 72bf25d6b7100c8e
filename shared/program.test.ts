import assert from 'node:assert/strict';
import test from 'node:test';
import { asCalled, commandOf } from './program.ts';

test('a program runs with tsx in the repository, and directly when compiled', () => {
  const [node, ...args] = commandOf('../node/main.ts', 'file:///project/shared/x.ts');
  assert.equal(node, process.execPath);
  assert.deepEqual([args[0], args.at(-1)], ['--import', '/project/node/main.ts']);
  assert.deepEqual(commandOf('../node/main.ts', 'file:///project/dist/shared/x.js', true), [
    process.execPath,
    '/project/dist/node/main.js',
  ]);
});

for (const { text, installed } of [
  { text: 'Usage: npm run drain -- NODE', installed: 'Usage: npx mooring drain NODE' },
  {
    text: 'npm run rolling-restart and `npm run generate`',
    installed: 'npx mooring rolling-restart and `npx mooring generate`',
  },
  { text: 'npm run dev [-- options]', installed: 'npx mooring dev [options]' },
  { text: 'npm ci', installed: 'npm ci' },
])
  test(`users of the package see ${JSON.stringify(installed)}`, () => {
    assert.equal(asCalled(text, true), installed);
    assert.equal(asCalled(text, false), text);
  });
