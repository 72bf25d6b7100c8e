import assert from 'node:assert/strict';
import test from 'node:test';
import { addPrefix } from './add-prefix.ts';
import { errorOf, exampleExchange, HERE, working } from './test-exchange.ts';

for (const [prefix, path, to] of [
  ['/p', '/', '/p/'],
  ['/p', '', '/p'],
  ['/p', '/a%2Fb', '/p/a%2Fb'],
  ['/p', '/a%20b', '/p/a%20b'],
  ['q r%2F', '/x', '/q%20r%252F/x'],
  ['q r%2F', '/a%2Fb', '/q%20r%252F/a/b'],
  ['/é/../', '/x', '/%C3%A9/..//x'],
] as const)
  test(`${prefix} before ${path} is ${to}`, () => {
    const exchange = exampleExchange({ path });
    working(addPrefix({ kind: 'addPrefix', name: 'one@file', at: HERE, prefix })).request?.(exchange);
    assert.equal(exchange.request.path, to);
  });

test('an empty prefix gives Traefik’s error', () => {
  assert.equal(
    errorOf(addPrefix({ kind: 'addPrefix', name: 'one@file', at: HERE, prefix: '' })),
    'prefix cannot be empty',
  );
});
