import assert from 'node:assert/strict';
import test from 'node:test';
import { wholeNumber } from './whole-number.ts';

for (const text of ['', ' 1', '-1', '1.5', '1e3', '0x10', '0', '201', '9007199254740993'])
  test(`${JSON.stringify(text)} is no number from 1 to 200`, () => {
    const message = `--clients takes a whole number from 1 to 200, not ${JSON.stringify(text)}`;
    assert.throws(() => wholeNumber('--clients', text, { most: 200 }), { code: 'MISUSE', message });
  });

test('without an upper limit, the largest safe integer is the limit', () => {
  assert.equal(wholeNumber('--seed', '9007199254740991'), Number.MAX_SAFE_INTEGER);
  assert.throws(() => wholeNumber('--seed', '9007199254740993'), /a whole number from 1, not/);
});
