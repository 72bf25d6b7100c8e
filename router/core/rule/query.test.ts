import assert from 'node:assert/strict';
import test from 'node:test';
import { queryValues } from './query.ts';

for (const [query, key, values] of [
  ['a=1&b=2&a=3', 'a', ['1', '3']],
  ['a=1', 'A', []],
  ['a', 'a', ['']],
  ['a=', 'a', ['']],
  ['a=b=c', 'a', ['b=c']],
  ['ab=1', 'a', []],
  ['', '', []],
  ['&&a=1&', 'a', ['1']],
  ['&=x&', '', ['x']],
  ['a+b=c+d', 'a b', ['c d']],
  ['a=%2B%20+', 'a', ['+  ']],
  ['%61=%62%63', 'a', ['bc']],
  ['a=%C3%A9', 'a', ['é']],
  ['a=\xc3\xa9', 'a', ['é']],
  ['a=%zz&a=2', 'a', ['2']],
  ['a%zz=1&a=2', 'a', ['2']],
  ['a=100%', 'a', []],
] as const)
  test(`${JSON.stringify(query)} has ${JSON.stringify(values)} under ${JSON.stringify(key)}`, () =>
    assert.deepEqual(queryValues(query, key), values));

test('a query with more pairs than Go accepts is ignored', () => {
  const pairs = (count: number): string => `${'b&'.repeat(count - 1)}a=1`;
  assert.deepEqual(queryValues(pairs(10_000), 'a'), ['1']);
  assert.deepEqual(queryValues(pairs(10_001), 'a'), []);
});
