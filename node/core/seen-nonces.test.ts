import assert from 'node:assert/strict';
import test from 'node:test';
import { SeenNonces } from './seen-nonces.ts';

const LIVES_MS = 4000;

test('a nonce is known for as long as its mark could be used, and forgotten after twice that', () => {
  const seen = new SeenNonces(LIVES_MS);
  seen.take('before', 0);
  assert.equal(seen.take('a', LIVES_MS - 1), 'fresh');
  assert.equal(seen.take('a', LIVES_MS - 1), 'repeated');
  assert.equal(seen.take('a', 2 * LIVES_MS - 2), 'repeated');
  assert.equal(seen.take('a', 4 * LIVES_MS), 'fresh');
});

test('after a long silence nothing is known any more', () => {
  const seen = new SeenNonces(LIVES_MS);
  seen.take('a', 0);
  assert.equal(seen.take('a', 2 * LIVES_MS), 'fresh');
});

test('when there are too many, new ones are refused and old ones are not forgotten', () => {
  const seen = new SeenNonces(LIVES_MS);
  for (let i = 0; i < 65_536; i++) seen.take(`${i}`, 1);
  assert.equal(seen.take('one more', 1), 'too-many');
  assert.equal(seen.take('0', 1), 'repeated');
  assert.equal(seen.take('one more', 1 + LIVES_MS), 'fresh');
});
