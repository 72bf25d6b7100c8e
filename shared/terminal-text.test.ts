import assert from 'node:assert/strict';
import test from 'node:test';
import { forTerminal, visible } from './terminal-text.ts';

const ESC = '\u001b';
const STEERS = [
  ['clears the screen', `${ESC}[2J`],
  ['moves the cursor', `${ESC}[1A`],
  ['sets the title', `${ESC}]0;x\u0007`],
  ['writes to the clipboard', `${ESC}]52;c;eA==\u0007`],
  ['begins a sequence in one byte', '\u009b2J'],
  ['rings', '\u0007'],
  ['returns to the first column', 'all is well\rbad'],
  ['goes back over what was said', 'bad\b\b\b'],
  ['is deleted', '\u007f'],
  ['turns the text around', '\u202egnp.exe'],
  ['isolates', '\u2066x\u2069'],
  ['marks a direction', '\u200f\u061c'],
  ['has no width', 'a\u200bb\ufeff'],
  ['is a tag that nobody sees', '\u{e0041}'],
  ['separates lines', 'a\u2028b\u2029c'],
  ['conceals', `${ESC}[8m`],
  ['sets a background', `${ESC}[41m`],
  ['sets any colour', `${ESC}[38;5;1m`],
  ['is a style within a sequence', `${ESC}[${ESC}[31m2J`],
] as const;

for (const [what, text] of STEERS)
  for (const color of [true, false])
    test(`text that ${what} is shown without its effect${color ? ', with colours too' : ''}`, () => {
      const shown = forTerminal(`a${text}b`, { color }).replaceAll(`${ESC}[31m`, '').replaceAll(`${ESC}[0m`, '');
      assert.doesNotMatch(shown, /[\p{Cc}\p{Cf}\u2028\u2029]/u);
      assert.match(shown, /\\u[0-9a-f]{4}/);
    });

test('lines, tabs, letters of all scripts and emoji are unchanged', () => {
  const text = 'a\n\tb — ü中עب 😀 ✓';
  for (const color of [true, false]) assert.equal(forTerminal(text, { color }), text);
});

test('foreign text within a line cannot start a new line', () =>
  assert.equal(visible('bad\n  ✓ all is well\r\n\tb'), 'bad\\u000a  ✓ all is well\\u000d\\u000a\tb'));

test('a style that foreign text leaves open ends with the output', () => {
  assert.equal(forTerminal(`${ESC}[31mred`, { color: true }), `${ESC}[31mred${ESC}[0m`);
  assert.equal(forTerminal(`${ESC}[31mred`, { color: false }), '\\u001b[31mred');
});

test('JSON stays JSON of the same meaning', () => {
  const value = Object.fromEntries(STEERS.map(([what, text]) => [what + text, [text]]));
  const shown = forTerminal(JSON.stringify(value), { color: false });
  assert.doesNotMatch(shown, /[\p{Cc}\p{Cf}]/u);
  assert.deepEqual(JSON.parse(shown), value);
});
