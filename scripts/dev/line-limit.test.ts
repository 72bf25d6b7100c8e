import assert from 'node:assert/strict';
import test from 'node:test';
import { LineLimit } from './line-limit.ts';

test('of many lines in a second some are shown, and the next one says how many were not', () => {
  const gate = new LineLimit();
  const passed = Array.from({ length: 100 }, () => gate.pass(5_000)).filter((one) => one !== undefined);
  assert.equal(passed.length, 20);
  assert.deepEqual(gate.pass(6_000), { held: 80 });
  assert.deepEqual(gate.pass(6_001), { held: 0 });
});
