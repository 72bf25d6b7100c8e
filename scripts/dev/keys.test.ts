import assert from 'node:assert/strict';
import test from 'node:test';
import { KEY_HELP, keysFor, meaningOf } from './keys.ts';

const nodes = [
  { id: 'n1', state: 'up', draining: false },
  { id: 'n2', state: 'frozen', draining: true },
] as const;

for (const [key, chosen, expected] of [
  ['2', undefined, { kind: 'choose', node: 'n2' }],
  ['3', undefined, { kind: 'hint', text: 'there is no node 3; there are 2' }],
  ['k', 'n2', { kind: 'run', action: 'kill', args: ['n2'] }],
  ['k', undefined, { kind: 'hint', text: 'choose a node first: [1] n1 [2] n2' }],
  ['f', 'n1', { kind: 'run', action: 'freeze', args: ['n1'] }],
  ['f', 'n2', { kind: 'run', action: 'thaw', args: ['n2'] }],
  ['d', 'n1', { kind: 'run', action: 'drain', args: ['n1'] }],
  ['d', 'n2', { kind: 'run', action: 'undrain', args: ['n2'] }],
  ['s', 'n1', { kind: 'run', action: 'sessions', args: [] }],
  ['x', undefined, { kind: 'run', action: 'redis', args: ['stop'] }],
  ['h', undefined, { kind: 'help' }],
  ['\x03', 'n1', { kind: 'interrupt' }],
  ['constructor', undefined, { kind: 'nothing' }],
  ['\r', 'n1', { kind: 'nothing' }],
] as const)
  test(`key ${JSON.stringify(key)}${chosen === undefined ? '' : ` with ${chosen} chosen`}: ${expected.kind}`, () =>
    assert.deepEqual(meaningOf(key, { chosen, nodes, redisUp: true }), expected));

test('every key that does something is in the help', () => {
  for (const key of 'abcdefghijklmnopqrstuvwxyz')
    if (meaningOf(key, { chosen: 'n1', nodes, redisUp: true }).kind === 'run')
      assert.match(KEY_HELP, new RegExp(`^ +${key}[ ,]`, 'm'), key);
});

test('the response to a key names keys if there are any', () => {
  const many = Array.from({ length: 10 }, (_, i) => ({ id: `n${i + 1}`, state: 'up', draining: false }) as const);
  assert.equal(keysFor('restart', 'n2', nodes), '[2] [r]');
  assert.equal(keysFor('redis start', undefined, nodes), '[x]');
  assert.equal(keysFor('restart', 'n10', many), undefined);
});
