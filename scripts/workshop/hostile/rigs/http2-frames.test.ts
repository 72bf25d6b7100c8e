import assert from 'node:assert/strict';
import test from 'node:test';
import { fields, frame, TYPE, word } from './http2-frames.ts';

test('a frame has its length, type, flags and stream in nine bytes', () => {
  const bytes = frame({ type: TYPE.reset, flags: 4, stream: 3, payload: word(8) });
  assert.equal(bytes.toString('hex'), '000004030400000003' + '00000008');
});

test('fields are literals, their lengths in as many bytes as they need', () => {
  assert.equal(fields([['a', 'b']]).toString('hex'), '0001610162');
  const { length } = fields([['a', 'v'.repeat(127)]]);
  assert.equal(length, 1 + 2 + 2 + 127);
  assert.equal(
    fields([['a', 'v'.repeat(1337)]])
      .subarray(3, 6)
      .toString('hex'),
    '7fba09',
  );
});
