import assert from 'node:assert/strict';
import test from 'node:test';
import { type Entry, readTree, type Tree } from './tree.ts';

/** The tree without positions. */
const bare = (tree: Tree | undefined): unknown => {
  if (tree === undefined || tree.kind === 'null') return null;
  if (tree.kind === 'scalar') return tree.text;
  if (tree.kind === 'list') return tree.items.map(bare);
  return tree.entries.map(({ key, value }: Entry) => [key, bare(value)]);
};
const problemsOf = (text: string): string[] =>
  readTree('f.yml', text).problems.map(({ place, message }) => `${place.line}:${place.column} ${message}`);

for (const [source, text] of [
  ['web', 'web'],
  ['"10"', '10'],
  ['0x10', '16'],
  ['0X1f', '31'],
  ['010', '8'],
  ['0o10', '8'],
  ['0b101', '5'],
  ['08', '8'],
  ['1_000', '1000'],
  ['"1_000"', '1_000'],
  ['+5', '5'],
  ['-5', '-5'],
  ['1.0', '1'],
  ['1.5', '1.500000'],
  ['.5', '0.500000'],
  ['1e3', '1000'],
  ['1.25e-8', '0'],
  ['.inf', '+Inf'],
  ['99999999999999999999', '100000000000000000000'],
  ['9223372036854775808', '9223372036854775808'],
  ['True', 'true'],
  ['FALSE', 'false'],
  ['yes', 'yes'],
  ['tRUE', 'tRUE'],
  ['~', null],
  ['Null', null],
  ['', null],
  ["''", ''],
  ['!!str 5', '5'],
  ['!!str', ''],
  ['127.0.0.1:80', '127.0.0.1:80'],
  ['1.2.3', '1.2.3'],
  ['30s', '30s'],
  ['"2001-01-01"', '2001-01-01'],
] as const)
  test(`the scalar ${source || '(nothing)'} is ${text ?? 'null'}`, () =>
    assert.deepEqual(bare(readTree('f.yml', `a: ${source}`).tree), [['a', text]]));

for (const { when, text, tree } of [
  {
    when: 'an alias stands for its anchor',
    text: 'a: &x [1]\nb: *x',
    tree: [
      ['a', ['1']],
      ['b', ['1']],
    ],
  },
  {
    when: 'a mapping wins over what it merges, wherever the merge stands',
    text: 'a: &x {p: 1, q: 2}\nb: {q: 3, <<: *x}\nc: {<<: *x, q: 3}',
    tree: [
      [
        'a',
        [
          ['p', '1'],
          ['q', '2'],
        ],
      ],
      [
        'b',
        [
          ['q', '3'],
          ['p', '1'],
        ],
      ],
      [
        'c',
        [
          ['q', '3'],
          ['p', '1'],
        ],
      ],
    ],
  },
  {
    when: 'of several merged mappings the first wins',
    text: 'a: &x {p: 1}\nb: &y {p: 2, q: 2}\nc: {<<: [*x, *y]}',
    tree: [
      ['a', [['p', '1']]],
      [
        'b',
        [
          ['p', '2'],
          ['q', '2'],
        ],
      ],
      [
        'c',
        [
          ['p', '1'],
          ['q', '2'],
        ],
      ],
    ],
  },
  { when: 'a quoted << is a key', text: '"<<": 1', tree: [['<<', '1']] },
  {
    when: 'the later anchor of one name counts',
    text: 'a: &x 1\nb: &x 2\nc: *x',
    tree: [
      ['a', '1'],
      ['b', '2'],
      ['c', '2'],
    ],
  },
  { when: 'JSON is YAML', text: '{"a": [{"b": "c"}]}', tree: [['a', [[['b', 'c']]]]] },
  {
    when: 'lines may end with CRLF',
    text: 'a: 1\r\nb:\r\n  - 2\r\n',
    tree: [
      ['a', '1'],
      ['b', ['2']],
    ],
  },
  { when: 'a file of comments is empty', text: '# nothing\n', tree: null },
  { when: 'an empty file is empty', text: '', tree: null },
])
  test(when, () => assert.deepEqual(bare(readTree('f.yml', text).tree), tree));

for (const { when, text, problems } of [
  { when: 'a key is there twice', text: 'a:\n  b: 1\n  b: 2', problems: ['3:3 the key b is already set on line 2'] },
  { when: 'a key is a number', text: 'a:\n  1: x', problems: ['2:3 a key must be a string'] },
  { when: 'a key is a list', text: '? [a]\n: 1', problems: ['1:3 a key must be a string'] },
  { when: 'a key is __proto__', text: 'a: {__proto__: {b: 1}}', problems: ['1:5 a key must not be called __proto__'] },
  {
    when: 'a key is __proto__ in quotes',
    text: '"__proto__": 1',
    problems: ['1:1 a key must not be called __proto__'],
  },
  {
    when: 'a tag asks for code',
    text: 'a: !!js/function "function(){}"',
    problems: ['1:18 the tag tag:yaml.org,2002:js/function is not allowed'],
  },
  { when: 'a tag is unknown', text: 'a: !foo {b: 1}', problems: ['1:9 the tag !foo is not allowed'] },
  {
    when: 'a value is a date',
    text: 'a: 2001-01-01',
    problems: ['1:4 2001-01-01 is a date, which Traefik does not take'],
  },
  { when: 'an anchor contains itself', text: 'a: &x [*x]', problems: ['1:8 the anchor &x contains itself'] },
  { when: 'an alias has no anchor', text: 'a: *x', problems: ['1:4 there is no anchor &x before this alias'] },
  {
    when: 'a merge is not of mappings',
    text: 'a: {<<: 1}',
    problems: ['1:9 << needs a mapping or a list of mappings'],
  },
])
  test(`a file is refused when ${when}`, () => assert.deepEqual(problemsOf(text), problems));

for (const { when, text, at } of [
  { when: 'a bracket is left open', text: 'http: [broken', at: '1:14' },
  { when: 'a tab indents', text: 'a:\n\tb: 1', at: '2:1' },
  { when: 'there are two documents', text: 'a: 1\n---\nb: 1', at: '2:1' },
  { when: 'a quote is left open', text: 'a: "b', at: '1:6' },
  { when: 'the indentation is broken', text: 'a:\n  b: 1\n c: 2', at: '3:1' },
])
  test(`invalid YAML is reported with its position when ${when}`, () => {
    const problems = problemsOf(text);
    assert.equal(problems[0]?.split(' ')[0], at);
    assert.match(problems[0] ?? '', /not valid YAML/);
  });

test('aliases that expand to too much are refused', () => {
  const lines = ['a0: &a0 [x,x,x,x,x,x,x,x,x,x]'];
  for (let i = 1; i < 30; i++)
    lines.push(
      `a${i}: &a${i} [${Array(10)
        .fill(`*a${i - 1}`)
        .join(',')}]`,
    );
  assert.match(problemsOf(lines.join('\n'))[0] ?? '', /^5:\d+ the aliases of this file stand for too much/);
});

test('merges that expand to too much are refused', () => {
  const keys = Array.from({ length: 2_000 }, (_, i) => `k${i}: 1`).join(', ');
  const uses = Array.from({ length: 2_000 }, (_, i) => `m${i}: {<<: *x}`).join('\n');
  assert.match(problemsOf(`x: &x {${keys}}\n${uses}`)[0] ?? '', /stand for too much/);
});

test('more than a hundred levels are refused with their position, however many there are', () => {
  const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);
  assert.deepEqual(problemsOf(nested(101)), []);
  assert.deepEqual(problemsOf(nested(102)), ['1:102 the file is nested too deeply']);
});

for (const { what, text, place } of [
  { what: 'brackets', text: `a: 1\n${'['.repeat(1_000_000)}`, place: '2:151' },
  { what: 'braces', text: '{a: '.repeat(1000), place: '1:601' },
  { what: 'dashes', text: '- '.repeat(1000), place: '1:1' },
  { what: 'colons', text: ': '.repeat(1000), place: '1:1' },
  { what: 'lines', text: Array.from({ length: 1000 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'), place: '251:1' },
])
  test(`endless ${what} are refused before the library, which they would crash`, () => {
    assert.deepEqual(problemsOf(text), [`${place} the file is nested too deeply`]);
  });

test('a mapping of 100000 keys is read in linear time', () => {
  const { tree } = readTree('f.yml', Array.from({ length: 100_000 }, (_, i) => `k${i}: v`).join('\n'));
  assert.equal(tree?.kind === 'map' && tree.entries.length, 100_000);
});

test('no file changes the prototype of objects', () => {
  const before = Object.getOwnPropertyNames(Object.prototype);
  readTree(
    'f.yml',
    '__proto__: {polluted: 1}\nconstructor: {prototype: {polluted: 1}}\na: {<<: {__proto__: {polluted: 1}}}',
  );
  assert.deepEqual(Object.getOwnPropertyNames(Object.prototype), before);
  assert.equal(({} as { polluted?: unknown }).polluted, undefined);
});

test('positions count from 1, and a string’s position is after its quote', () => {
  const { tree } = readTree('f.yml', 'a:\n  - b\n  - "c"\n');
  const items = tree?.kind === 'map' && tree.entries[0]?.value.kind === 'list' ? tree.entries[0].value.items : [];
  assert.deepEqual(
    items.map((item) => [item.at.line, item.at.column, item.kind === 'scalar' && item.textAt.column]),
    [
      [2, 5, 5],
      [3, 5, 6],
    ],
  );
});
