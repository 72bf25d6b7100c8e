import assert from 'node:assert/strict';
import test from 'node:test';
import { exampleRequest } from './example.ts';
import { createRendezvous } from './rendezvous.ts';

const URLS = ['http://127.0.0.1:3001', 'http://127.0.0.1:3002', 'http://127.0.0.1:3003'];

const chosen = (address: string, weights: readonly number[] = [1, 1, 1], down: readonly number[] = []) => {
  const members = URLS.map((name, i) => ({ name, weight: weights[i]!, isUp: () => !down.includes(i) }));
  const found = createRendezvous(members).next(exampleRequest(undefined, address))?.name;
  return found && URLS.indexOf(found) + 1;
};

// Computed with Go's own hash/fnv and math.
const ROWS: readonly (readonly [address: string, even: number, thirdFiveTimes: number])[] = [
  ['127.0.0.1', 3, 3],
  ['10.0.0.1', 1, 3],
  ['192.168.1.77', 2, 3],
  ['::1', 1, 3],
  ['2001:db8::1', 2, 3],
  ['203.0.113.9', 3, 3],
];

for (const [address, even, heavy] of ROWS) {
  test(`${address} is served by the server that Traefik gives it`, () => {
    assert.equal(chosen(address), even);
    assert.equal(chosen(address, [1, 1, 5]), heavy);
  });
}

test('a client moves only when its server is down', () => {
  assert.equal(chosen('10.0.0.1', [1, 1, 1], [1]), 1);
  assert.notEqual(chosen('10.0.0.1', [1, 1, 1], [0]), 1);
  assert.equal(chosen('10.0.0.1', [1, 1, 1], [0, 1, 2]), undefined);
});

test('a weight of zero or less is never chosen', () => {
  assert.equal(chosen('127.0.0.1', [1, 0, -1]), 1);
});
