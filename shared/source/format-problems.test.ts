import assert from 'node:assert/strict';
import test from 'node:test';
import { formatProblems } from './format-problems.ts';
import type { Problem } from './place.ts';

const problem = (line: number, column: number, more: Partial<Problem> = {}): Problem => ({
  place: { file: 'd.yml', line, column },
  path: 'http.routers.r.sevice',
  kind: 'unknown',
  message: 'sevice is not a Traefik key here',
  remedy: 'did you mean service?',
  ...more,
});
const shown = (given: Problem, text: string, color = false): string[] =>
  formatProblems([given], { color, sources: new Map([['d.yml', text]]) }).split('\n');

test('a problem is shown with its position, its line, a caret and the remedy', () => {
  assert.deepEqual(shown(problem(2, 5), 'http:\r\n    sevice: s\r\n'), [
    'd.yml:2:5  http.routers.r.sevice',
    '  unknown: sevice is not a Traefik key here',
    '  2 |     sevice: s',
    '    |     ^',
    '  help: did you mean service?',
  ]);
});

test('the caret stands below its character behind tabs', () => {
  assert.deepEqual(shown(problem(1, 4), 'a\tb c').slice(2, 4), ['  1 | a\tb c', '    |  \t ^']);
});

test('a long line is truncated around the caret', () => {
  const [, , line, caret] = shown(problem(1, 5_001), `${'x'.repeat(5_000)}HERE${'y'.repeat(5_000)}`);
  assert.equal(line?.indexOf('HERE'), caret?.indexOf('^'));
  assert.ok((line?.length ?? 0) < 180);
});

test('the contents of a file cannot control the terminal', () => {
  const lines = shown(problem(1, 1, { message: 'bad \u001b[2J' }), 'a\u001b[31mb');
  assert.equal(lines.join('').includes('\u001b'), false);
});

test('a line is shown without the password of its URL', () => {
  const [, , line, caret] = shown(problem(1, 11), 'registry: redis://me:se/cret@redis:6379 # Redis');
  assert.equal(line, '  1 | registry: redis://**********@redis:6379 # Redis');
  assert.equal(caret, '    |           ^');
  assert.match(shown(problem(1, 1), 'rule: Host(`a`) # me@example.com')[2]!, /me@example/);
});

test('the block is shorter without a line to show, or without a path', () => {
  const { remedy: _remedy, ...rest } = problem(1, 1, { path: '' });
  assert.deepEqual(formatProblems([rest], { color: false, sources: new Map() }).split('\n'), [
    'd.yml:1:1',
    '  unknown: sevice is not a Traefik key here',
  ]);
});

test('colour changes nothing but colour', () => {
  const text = 'http:\n    sevice: s';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escapes are what is taken away
  const plain = shown(problem(2, 5), text, true).map((line) => line.replace(/\u001b\[\d+m/g, ''));
  assert.deepEqual(plain, shown(problem(2, 5), text));
  assert.notDeepEqual(shown(problem(2, 5), text, true), plain);
});

test('problems are separated by an empty line', () => {
  const text = formatProblems([problem(1, 1), problem(1, 1)], { color: false, sources: new Map() });
  assert.equal(text.split('\n\n').length, 2);
});

test('of many problems only the first are shown, with the number of the rest', () => {
  const text = formatProblems(
    Array.from({ length: 1_000 }, (_, i) => problem(i + 1, 1)),
    { color: false, sources: new Map() },
  );
  assert.equal(text.match(/unknown:/g)?.length, 100);
  assert.match(text, /\n\nand 900 more$/);
});
