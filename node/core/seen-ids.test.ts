import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { SeenIds } from './seen-ids.ts';

const idsOf = (count: number, make: (i: number) => string | number): (string | number)[] =>
  Array.from({ length: count }, (_, i) => make(i));

test('an id is known once it was added, and no other id is', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.integer({ min: -20, max: 20 }), fc.string()), { maxLength: 30 }), (ids) => {
      const seen = new SeenIds();
      const added = new Set<string | number>();
      for (const id of ids) {
        assert.equal(seen.has(id), added.has(id));
        seen.add(id);
        added.add(id);
      }
      for (let id = -21; id <= 21; id++) assert.equal(seen.has(id), added.has(id));
    }),
    { seed: 7 },
  );
});

test('no consecutive id is forgotten, however many there are and in whatever order they arrive', () => {
  const seen = new SeenIds();
  const ids = [-5, ...idsOf(20_000, (i) => (i % 2 === 0 ? i + 1 : i - 1))];
  for (const id of ids) seen.add(id);
  assert.ok(ids.every((id) => seen.has(id)));
  assert.ok(!seen.has(20_000) && !seen.has(-1));
});

test('of all other ids the last ones are known, and memory does not grow', () => {
  for (const make of [(i: number) => `id-${i}`, (i: number) => i * 1000]) {
    const seen = new SeenIds();
    for (const id of idsOf(10_000, make)) seen.add(id);
    assert.ok(seen.has(make(9_999)) && seen.has(make(9_980)));
    assert.ok(!seen.has(make(0)));
  }
});

test('32 counters in one session are known for as long as they count', () => {
  const seen = new SeenIds();
  const ids = Array.from({ length: 200 }, (_, round) => idsOf(32, (counter) => counter * 1000 + round)).flat();
  for (const id of ids) seen.add(id);
  assert.ok(ids.every((id) => seen.has(id)));
});

test('an id that comes again and again pushes no other out', () => {
  const seen = new SeenIds();
  for (const id of ['a', ...idsOf(1000, () => 'b')]) seen.add(id);
  assert.ok(seen.has('a'));
});

test('a number and a string are two ids', () => {
  const seen = new SeenIds();
  seen.add(1);
  assert.ok(!seen.has('1'));
});
