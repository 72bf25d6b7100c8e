import assert from 'node:assert/strict';
import test from 'node:test';
import { findPatterns } from './find-patterns.ts';
import { judgePattern } from './judge-pattern.ts';

// As strings: as literals the check would find them.
for (const [source, growth, flags = ''] of [
  [String.raw`^\/(?:[A-Za-z0-9_~-][A-Za-z0-9._~-]*\/?)*$`, 'exponential'],
  ['^(?:a+)+$', 'exponential'],
  ['^(?:ab|abab)*$', 'exponential'],
  [String.raw`\s+$`, 'polynomial'],
  [String.raw`^\d+\w+!`, 'polynomial'],
  ['^(?:ab)*c?(?:ab)*$', 'polynomial'],
  [String.raw`<!--[\s\S]*?-->`, 'polynomial'],
  [String.raw`^name(?:\{[^}]*\})? (\S+)$`, 'polynomial', 'm'],
  [String.raw`(?<!!\s*)\bPath`, 'polynomial'],
  [String.raw`^(?:\/[a-z]+)*\/?$`, undefined],
  [String.raw`(?<!\s)\s+$`, undefined],
  [String.raw`\d+(?:[.,]\d+)*`, undefined],
  ['^[0-9a-f:.]+:[0-9a-f:.]*:', undefined, 'i'],
  [String.raw`\bHost\(\s*"([^"]*)"`, undefined, 'g'],
] as const)
  test(`/${source}/${flags} is ${growth ?? 'linear'}`, () => assert.equal(judgePattern(source, flags)?.growth, growth));

test('expressions are found with their positions, in literals and in calls of RegExp', async () => {
  const lines = ['const a: RegExp = /a+/g;', 'type B = 1;', 'new RegExp(`^$', '{a}x`, "m");\nRegExp(a.source);'];
  assert.deepEqual(findPatterns(`${lines.slice(0, 3).join('\n')}${lines[3]}`), [
    { line: 1, source: 'a+', flags: 'g' },
    { line: 3, source: '^wordx', flags: 'm' },
    { line: 4, unreadable: true },
  ]);
});
