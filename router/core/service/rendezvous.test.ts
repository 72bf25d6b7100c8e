import assert from 'node:assert/strict';
import test from 'node:test';
import { createRendezvous } from './rendezvous.ts';
import { exampleRequest } from './test-examples.ts';

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

/** FNV-1a, 64 bits, by its definition, with big integers. */
const fnv1a = (text: string): bigint => {
  let hash = 0xcbf29ce484222325n;
  for (const byte of Buffer.from(text)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash;
};

test('the hash in two halves is the hash', () => {
  const names = ['http://a.test', 'http://bb.test:81', 'http://ccc.test/x', 'http://bücher.test'];
  const strategy = createRendezvous(names.map((name) => ({ name, weight: 1, isUp: () => true })));
  for (let i = 0; i < 500; i++) {
    const address = `10.${i % 7}.${i % 11}.${i}`;
    const [best] = names.toSorted((a, b) => (fnv1a(address + a) > fnv1a(address + b) ? -1 : 1));
    assert.equal(strategy.next(exampleRequest(undefined, address))?.name, best);
  }
});

test('a client moves only when its server is down', () => {
  assert.equal(chosen('10.0.0.1', [1, 1, 1], [1]), 1);
  assert.notEqual(chosen('10.0.0.1', [1, 1, 1], [0]), 1);
  assert.equal(chosen('10.0.0.1', [1, 1, 1], [0, 1, 2]), undefined);
});

test('of two servers with the same URL the first is chosen', () => {
  const members = [1, 2].map((number) => ({ name: URLS[0]!, weight: 1, isUp: () => true, number }));
  assert.equal(createRendezvous(members).next(exampleRequest())?.number, 1);
});

test('a weight of zero or less is never chosen', () => {
  assert.equal(chosen('127.0.0.1', [1, 0, -1]), 1);
});
