import assert from 'node:assert/strict';
import test from 'node:test';
import { readKeys } from './shared-keys.ts';

const [NEW, OLD] = ['0123456789abcdef0123456789abcdef', 'fedcba9876543210fedcba9876543210'];

test('keys are separated by lines or commas, and the first one seals', () => {
  for (const text of [`${NEW}\n${OLD}\n`, `${NEW},${OLD}`, ` ${NEW} , \n ${OLD}\r\n`])
    assert.deepEqual(readKeys(text), { kind: 'keys', keys: [NEW, OLD] });
});

for (const [text, why] of [
  ['', 'there is no key in it'],
  [' , \n', 'there is no key in it'],
  [NEW.slice(1), 'key 1 has 31 bytes, but needs at least 32'],
  [`${NEW},short`, 'key 2 has 5 bytes, but needs at least 32'],
  ['abcabcab'.repeat(8), 'key 1 repeats the same few characters'],
] as const)
  test(`a weak key is refused: ${why}, of ${text.length} characters`, () =>
    assert.deepEqual(readKeys(text), { kind: 'weak', why }));

test('bytes count, not characters', () => assert.equal(readKeys('äöüßéèêç'.repeat(2)).kind, 'keys'));
