import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { RE2JS } from 're2js';
import { compileRegexp } from './regexp.ts';

const compiled = (pattern: string): { test(text: string): boolean } => {
  const made = compileRegexp(pattern);
  assert.ok('test' in made);
  return made;
};

test('the fast path for literal prefixes gives the same result as the engine', () => {
  const pattern = fc
    .array(fc.constantFrom('^', 'n', '1', '\\.', '.', '-', '/', '$', '*', '\\-', '[', '(', ' '))
    .map((parts) => `^${parts.join('')}`);
  const text = fc.array(fc.constantFrom('n', '1', '.', '-', '/', 'x', ' ')).map((parts) => parts.join(''));
  fc.assert(
    fc.property(pattern, text, (written, against) => {
      const made = compileRegexp(written);
      if ('error' in made) return;
      assert.equal(made.test(against), RE2JS.compile(written).test(against), `${written} against ${against}`);
    }),
    { numRuns: 2000, seed: 1 },
  );
});

test('a pattern that would hang a backtracking engine is matched in linear time', () => {
  assert.equal(compiled('^(a+)+$').test(`${'a'.repeat(50_000)}b`), false);
});

for (const pattern of ['(?!x)', '(?<=x)', '\\1', '(', '[a'])
  test(`${pattern} is no regular expression in Go`, () => assert.ok('error' in compileRegexp(pattern)));

test('a literal prefix is compared without its backslashes', () => {
  const { test: begins } = compiled('^a\\.b\\.');
  assert.deepEqual(['a.b.c', 'a.bc', 'axb.'].map(begins), [true, false, false]);
});

test('every match is found, with its position and its groups by number and name', () => {
  const found = (pattern: string) => {
    const made = compileRegexp(pattern);
    assert.ok('findAll' in made);
    return Array.from(made.findAll('a=, b'), ({ start, end, group }) => [
      [start, end],
      [group(0), group(1), group('key'), group(2), group(3), group('none')],
    ]);
  };
  assert.deepEqual(found('(?P<key>[a-z])(=)?'), [
    [
      [0, 2],
      ['a=', 'a', 'a', '=', undefined, undefined],
    ],
    [
      [4, 5],
      ['b', 'b', 'b', undefined, undefined, undefined],
    ],
  ]);
  assert.deepEqual(found('^a'), [
    [
      [0, 1],
      ['a', ...Array(5).fill(undefined)],
    ],
  ]);
});
