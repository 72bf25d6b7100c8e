import assert from 'node:assert/strict';
import test from 'node:test';
import { type Fault, roundsOf } from './faults.ts';

const take = (seed: number, count: number): readonly (readonly Fault[])[] => {
  const rounds = roundsOf(seed);
  return Array.from({ length: count }, () => rounds.next().value as readonly Fault[]);
};

test('a seed reproduces its faults, and another seed gives others', () => {
  assert.deepEqual(take(7, 20), take(7, 20));
  assert.notDeepEqual(take(7, 20), take(8, 20));
});

test('named faults occur alone and in turn', () => {
  const rounds = roundsOf(1, ['rolling-restart', 'drain']);
  const kinds = Array.from({ length: 3 }, () => (rounds.next().value as readonly Fault[]).map(({ kind }) => kind));
  assert.deepEqual(kinds, [['rolling-restart'], ['drain'], ['rolling-restart']]);
});

test('all kinds of faults occur, with at most one deployment tool per round', () => {
  const rounds = take(1, 60);
  assert.equal(new Set(rounds.flat().map(({ kind }) => kind)).size, 27);
  for (const round of rounds) assert.ok(round.filter(({ kind }) => /drain|rolling|tag|join/.test(kind)).length <= 1);
});
