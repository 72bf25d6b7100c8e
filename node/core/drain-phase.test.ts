import assert from 'node:assert/strict';
import test from 'node:test';
import { applyMark, type HeldDrain, type Mark, nextPhaseIn, phaseOf } from './drain-phase.ts';

const SELF = { boot: 'b1', url: 'http://n2:8080' };
const MARK: Mark = { id: 'd1', boot: 'b1', url: SELF.url, settleMs: 100, marginMs: 50, lifted: false };
const HELD: HeldDrain = { id: 'd1', beganAt: 1000, settleMs: 100, marginMs: 50 };

const heard = (held: HeldDrain | undefined, mark: Mark | null, now = 1000) =>
  applyMark(held, mark, { self: SELF, now });

for (const [what, held, mark, after] of [
  ['its own mark begins a drain', undefined, MARK, HELD],
  ['a mark for nobody in particular binds whoever reads it', undefined, { ...MARK, boot: undefined }, HELD],
  ['a mark for another process of this node is not its', undefined, { ...MARK, boot: 'b0' }, undefined],
  ['a mark of another deployment is not its', undefined, { ...MARK, url: 'http://other:8080' }, undefined],
  ['no mark is no drain', undefined, null, undefined],
  ['a mark that is gone takes nothing back', HELD, null, HELD],
  ['a mark that is read again counts from the first time', HELD, { ...MARK, settleMs: 9 }, HELD],
  ['a second drain goes on where the first one is', HELD, { ...MARK, id: 'd2' }, { ...HELD, id: 'd2' }],
  ['a mark says how long a session may be idle', undefined, { ...MARK, idleMs: 9 }, { ...HELD, idleMs: 9 }],
  [
    'a second drain says it anew',
    { ...HELD, idleMs: 9 },
    { ...MARK, id: 'd2', idleMs: 5 },
    { ...HELD, id: 'd2', idleMs: 5 },
  ],
  ['and may end none', { ...HELD, idleMs: 9 }, { ...MARK, id: 'd2' }, { ...HELD, id: 'd2' }],
  ['a lifted mark opens the node', HELD, { ...MARK, lifted: true }, undefined],
  ['a lifted mark for nobody in particular opens it', HELD, { ...MARK, boot: undefined, lifted: true }, undefined],
  ['one that lifts another drain does not', HELD, { ...MARK, id: 'd9', boot: undefined, lifted: true }, HELD],
  ['a mark that was lifted for another process does not', HELD, { ...MARK, boot: 'b0', lifted: true }, HELD],
  ['nor one of another deployment', HELD, { ...MARK, url: 'http://other:8080', lifted: true }, HELD],
] as const) {
  test(what, () => assert.deepEqual(heard(held, mark), after));
}

for (const [now, phase, next] of [
  [1000, 'settling', 100],
  [1099, 'settling', 1],
  [1100, 'unready', 50],
  [1149, 'unready', 1],
  [1150, 'refusing', undefined],
  [9999, 'refusing', undefined],
] as const) {
  test(`${now - 1000} ms after it read the mark a node is ${phase}`, () =>
    assert.deepEqual([phaseOf(HELD, now), nextPhaseIn(HELD, now)], [phase, next]));
}

test('a mark that changes nothing returns the same value, so nothing is announced again', () => {
  for (const mark of [null, MARK, { ...MARK, boot: 'b0' }]) assert.equal(heard(HELD, mark), HELD);
});

test('without settle time and margin a node refuses at once', () =>
  assert.equal(phaseOf({ ...HELD, settleMs: 0, marginMs: 0 }, 1000), 'refusing'));

test('a node without a drain is open', () =>
  assert.deepEqual([phaseOf(undefined, 0), nextPhaseIn(undefined, 0)], ['open', undefined]));
