import assert from 'node:assert/strict';
import test from 'node:test';
import { findMutants, mutate } from './find-mutants.ts';

const changesOf = (source: string): string[] => findMutants(source).map((mutant) => mutate(source, mutant));

const CHANGED: readonly { source: string; to: readonly string[] }[] = [
  { source: 'if (a) b;', to: ['if (true) b;', 'if (false) b;', 'if (a) ;'] },
  { source: 'const x = a ? b : c', to: ['const x = true ? b : c', 'const x = false ? b : c'] },
  { source: 'for (; a; ) {}', to: ['for (; false; ) {}'] },
  { source: 'const x = a <= b', to: ['const x = a < b', 'const x = a > b'] },
  {
    source: 'const x = (a || b) && c',
    to: [
      'const x = (a || b) || c',
      'const x = (a || b)',
      'const x = c',
      'const x = (a && b) && c',
      'const x = (a) && c',
      'const x = (b) && c',
    ],
  },
  { source: 'const x = a ?? b', to: ['const x = a && b', 'const x = a'] },
  {
    source: 'const x = a ?? b ?? c',
    to: ['const x = (a ?? b )&& c', 'const x = a ?? b', 'const x = (a && b) ?? c', 'const x = a ?? c'],
  },
  { source: 'const x = a + b', to: ['const x = a - b'] },
  { source: "const x = a + 'b'", to: ["const x = a + ''"] },
  { source: 'const x = !a', to: ['const x = a'] },
  { source: 'const x = () => void a++', to: ['const x = () => undefined', 'const x = () => void a--'] },
  {
    source: 'const x = (a ?? b).filter(c)',
    to: ['const x = (a ?? b)', 'const x = (a && b).filter(c)', 'const x = (a).filter(c)'],
  },
  { source: 'const x = a.some(b)', to: ['const x = a.every(b)'] },
  { source: 'a();', to: [';'] },
  { source: 'a += 1;', to: [';', 'a -= 1;'] },
  {
    source: "const x = ['a', ``, '']",
    to: ['const x = []', "const x = ['', ``, '']", "const x = ['a', '', '']", "const x = ['a', ``, 'x']"],
  },
  { source: 'const x = /^a$/i', to: ['const x = /a$/i', 'const x = /^a/i', 'const x = /^a$/'] },
  { source: 'const x = true', to: ['const x = false'] },
];

for (const { source, to } of CHANGED)
  test(`${source} is mutated in every way`, () => assert.deepEqual(changesOf(source).sort(), [...to].sort()));

test('types, imports and names of keys are left alone', () => {
  const source = `import a from 'a'; export * from 'b'; type C = 'c' | true; const d: 'd' = e as 'f'; const g = { 'h': i };`;
  assert.deepEqual(changesOf(source), []);
});

test('a mutant has its position', () => {
  const [{ line, column, from, to } = assert.fail()] = findMutants('const a = 1;\nconst b = a > 2;');
  assert.deepEqual({ line, column, from, to }, { line: 2, column: 11, from: 'a > 2', to: 'a >= 2' });
});
