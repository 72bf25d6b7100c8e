import assert from 'node:assert/strict';
import test from 'node:test';
import { KEY_HELP, meaningOf } from './keys.ts';

const nodes = ['n1', 'n2'];

for (const [key, chosen, expected] of [
  ['2', undefined, { kind: 'choose', node: 'n2' }],
  ['3', undefined, { kind: 'hint', text: 'there is no node 3; there are 2' }],
  ['k', 'n2', { kind: 'run', action: 'kill', args: ['n2'] }],
  ['k', undefined, { kind: 'hint', text: 'choose a node first: [1] n1 [2] n2' }],
  ['f', 'n1', { kind: 'run', action: 'freeze-or-thaw', args: ['n1'] }],
  ['d', 'n1', { kind: 'run', action: 'drain-or-undrain', args: ['n1'] }],
  ['s', 'n1', { kind: 'run', action: 'sessions', args: [] }],
  ['x', undefined, { kind: 'run', action: 'redis', args: [] }],
  ['h', undefined, { kind: 'help' }],
  ['\x03', 'n1', { kind: 'interrupt' }],
  ['constructor', undefined, { kind: 'nothing' }],
  ['\r', 'n1', { kind: 'nothing' }],
] as const)
  test(`key ${JSON.stringify(key)}${chosen === undefined ? '' : ` with ${chosen} chosen`}: ${expected.kind}`, () =>
    assert.deepEqual(meaningOf(key, { chosen, nodes }), expected));

test('every key that does something is in the help', () => {
  for (const key of 'abcdefghijklmnopqrstuvwxyz')
    if (meaningOf(key, { chosen: 'n1', nodes }).kind === 'run')
      assert.match(KEY_HELP, new RegExp(`^ +${key}[ ,]`, 'm'), key);
});
