import assert from 'node:assert/strict';
import test from 'node:test';
import {
  CHALLENGE,
  checkMark,
  livesFor,
  MARK,
  MARK_REFUSED,
  PROOF,
  PROOF_PATH,
  proveTo,
  readProof,
  signChallenge,
  signMark,
} from './relay-mark.ts';
import { SeenNonces } from './seen-nonces.ts';
import type { Keys } from './shared-keys.ts';

const OLD: Keys = ['the-old-secret-of-these-nodes-0123456789'];
const BOTH: Keys = ['the-new-secret-of-these-nodes-9876543210', ...OLD];
const asked = { peer: 'n2', nonce: 'nonce' };
const MARKED = { method: 'POST', path: '/mcp', session: 'n2.x', boot: 'b', from: 'n1', clock: 5000, nonce: 'once' };
const fresh = (): 'fresh' => 'fresh';

test('a node proves to peers with the secret that it has it too, and which process it is', () => {
  const proof = proveTo(OLD, signChallenge(OLD, asked), { peer: 'n2', boot: 'b', clock: 17 });
  assert.deepEqual(readProof(OLD, proof!, asked), { boot: 'b', clock: 17 });
  assert.equal(readProof(OLD, proof!, { ...asked, nonce: 'another' }), undefined);
  assert.equal(readProof(OLD, proof!, { ...asked, peer: 'n3' }), undefined);
  assert.equal(readProof(OLD, proof!.replace('17', '18'), asked), undefined);
});

test('it proves nothing to a peer that asks for another node, or does not have the secret', () => {
  const self = { peer: 'n2', boot: 'b', clock: 17 };
  assert.equal(proveTo(OLD, signChallenge(OLD, { ...asked, peer: 'n3' }), self), undefined);
  assert.equal(proveTo(OLD, signChallenge(['x'], asked), self), undefined);
  for (const text of ['', 'nonce', `${signChallenge(OLD, asked)} more`])
    assert.equal(proveTo(OLD, text, self), undefined);
});

test('nodes with the old secret and nodes with both accept each other', () => {
  for (const [mine, theirs] of [
    [OLD, BOTH],
    [BOTH, BOTH],
  ] as const) {
    const proof = proveTo(theirs, signChallenge(mine, asked), { peer: 'n2', boot: 'b', clock: 17 });
    assert.deepEqual(readProof(mine, proof!, asked), { boot: 'b', clock: 17 });
    assert.equal(
      checkMark(signMark(mine, MARKED), MARKED, { keys: theirs, now: 5000, patienceMs: 2000, take: fresh }).kind,
      'valid',
    );
  }
});

for (const { now, verdict } of [
  { now: 5000, verdict: 'valid' },
  { now: 7000, verdict: 'valid' },
  { now: 7001, verdict: 'late' },
  { now: 3000, verdict: 'valid' },
  { now: 2999, verdict: 'early' },
])
  test(`a mark of 5000 is ${verdict} at ${now}`, () => {
    const found = checkMark(signMark(OLD, MARKED), MARKED, { keys: OLD, now, patienceMs: 2000, take: fresh });
    assert.equal(found.kind === 'valid' ? 'valid' : found.why, verdict);
  });

test('what two nodes say to each other is the same in every version: they are upgraded one after the other', () => {
  assert.deepEqual(
    [PROOF_PATH, CHALLENGE, PROOF, MARK, MARK_REFUSED],
    ['/mooring/peer', 'x-mooring-challenge', 'x-mooring-proof', 'x-mooring-relay', 'x-mooring-relay-refused'],
  );
  const keys: Keys = ['0123456789abcdef0123456789abcdef'];
  const challenge = 'nonce FSnD0eSDgS7Blp4Ly6qRdkWvPt6NTLp2ZeMnmnjIio8';
  assert.equal(signChallenge(keys, asked), challenge);
  assert.equal(
    proveTo(keys, challenge, { peer: 'n2', boot: 'b', clock: 17 }),
    'b 17 QtUrqtxiJBm2kjDg__hvyJ_t3u-kgBkpMKWirtnWNaQ',
  );
  assert.equal(
    signMark(keys, { ...MARKED, path: '/mcp?a' }),
    'n1 5000 once 0pidVavqTFmaC0gMlaeJfa0sC6SrJCIj09MfsbsOIWc',
  );
});

test('a mark that was used as early as it may be is still known when it may be used last', () => {
  const seen = new SeenNonces(livesFor(2000));
  const verdicts = [3000, 7000].map((now) => {
    const take = (nonce: string) => seen.take(nonce, now);
    return checkMark(signMark(OLD, MARKED), MARKED, { keys: OLD, now, patienceMs: 2000, take });
  });
  assert.deepEqual(verdicts, [
    { kind: 'valid', from: 'n1' },
    { kind: 'refused', why: 'repeated' },
  ]);
});

for (const other of [{ method: 'GET' }, { path: '/mcp?other' }, { session: 'n2.y' }, { boot: 'b2' }])
  test(`a mark is for one request, and forged for ${JSON.stringify(other)}`, () => {
    const checking = { keys: OLD, now: 5000, patienceMs: 2000, take: fresh };
    const found = checkMark(signMark(OLD, MARKED), { ...MARKED, ...other }, checking);
    assert.deepEqual(found, { kind: 'refused', why: 'forged' });
  });

test('only peers with the secret are remembered', () => {
  const taken: string[] = [];
  const take = (nonce: string): 'fresh' => {
    taken.push(nonce);
    return 'fresh';
  };
  const genuine = signMark(OLD, MARKED);
  for (const [text, why] of [
    ['', 'malformed'],
    ['n1 5000 once', 'malformed'],
    ['a b c d', 'malformed'],
    [`${genuine} more`, 'malformed'],
    [genuine.replace('5000', '5e3'), 'malformed'],
    [genuine.replace('once', 'more'), 'forged'],
    [genuine.replace('5000', '5001'), 'forged'],
    [genuine.replace('n1', 'n3'), 'forged'],
  ] as const)
    assert.deepEqual(checkMark(text, MARKED, { keys: OLD, now: 5000, patienceMs: 2000, take }), {
      kind: 'refused',
      why,
    });
  assert.deepEqual(taken, []);
  checkMark(genuine, MARKED, { keys: OLD, now: 5000, patienceMs: 2000, take });
  assert.deepEqual(taken, ['once']);
});
