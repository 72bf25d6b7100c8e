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

test('the short way for a literal beginning says what the long way says', () => {
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

test('a pattern that would keep a backtracking engine busy for ever is answered at once', () => {
  assert.equal(compiled('^(a+)+$').test(`${'a'.repeat(50_000)}b`), false);
});

for (const pattern of ['(?!x)', '(?<=x)', '\\1', '(', '[a'])
  test(`${pattern} is no regular expression in Go`, () => assert.ok('error' in compileRegexp(pattern)));
