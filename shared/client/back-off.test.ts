import assert from 'node:assert/strict';
import test from 'node:test';
import { afterAsked, backOff, retryAfterMs } from './back-off.ts';

const GIVEN = { firstMs: 100, mostMs: 1000, attempts: 9 };

for (const [attempt, random, ms] of [
  [0, 0, 0],
  [0, 0.5, 50],
  [1, 0.5, 100],
  [3, 0.5, 400],
  [4, 0.5, 500],
  [60, 1, 1000],
] as const)
  test(`attempt ${attempt} with random ${random} waits ${ms} ms`, () =>
    assert.equal(backOff(attempt, random, GIVEN), ms));

const NOW = Date.parse('2026-01-01T00:00:00Z');

for (const [header, ms] of [
  ['5', 5000],
  [' 0 ', 0],
  ['Thu, 01 Jan 2026 00:00:07 GMT', 7000],
  ['Wed, 31 Dec 2025 23:00:00 GMT', 0],
  ['soon', undefined],
  ['-1x', undefined],
  ['', undefined],
  [null, undefined],
] as const)
  test(`Retry-After ${JSON.stringify(header)} is ${ms} ms`, () => assert.equal(retryAfterMs(header, NOW), ms));

test('Retry-After is the minimum wait', () => {
  assert.deepEqual([afterAsked(1000, 0), afterAsked(1000, 1)], [1000, 1250]);
});
