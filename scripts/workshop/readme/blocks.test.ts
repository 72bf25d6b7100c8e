import assert from 'node:assert/strict';
import test from 'node:test';
import { blocksOf } from './blocks.ts';

const PAGE = `# A page

\`\`\`sh
npm run one
\`\`\`

Which prints:

\`\`\`text
one
…
\`\`\`

<!-- runs: until it is ready -->
\`\`\`sh
npm run two
\`\`\`
\`\`\`ts
const three = 3;
\`\`\`

<!-- runs: no, because the hosts are yours -->
\`\`\`sh
npm run four
\`\`\`
`;

test('a block has its line, its mark and its expected output', () => {
  const [one, two, four] = blocksOf(PAGE);
  assert.deepEqual(one?.mark, { kind: 'runs' });
  assert.equal(one?.line, 4);
  assert.equal(one?.output?.text, 'one\n…');
  assert.equal(one?.output?.line, 10);
  assert.deepEqual(two?.mark, { kind: 'until', text: 'it is ready' });
  assert.equal(two?.output, undefined);
  assert.deepEqual(four?.mark, { kind: 'no', because: 'the hosts are yours' });
});

test('blocks of other languages are not run', () => assert.equal(blocksOf(PAGE).length, 3));

test('a misspelt mark, or one without a reason, is reported with its line', () => {
  const page = (mark: string): string => `\n<!-- runs: ${mark} -->\n\`\`\`sh\nls\n\`\`\`\n`;
  assert.throws(() => blocksOf(page('no')), { message: /^line 2: "runs: no" is neither/ });
  assert.throws(() => blocksOf(page('untill ready')), /line 2/);
});

test('an unclosed fence is reported with its line', () =>
  assert.throws(() => blocksOf('text\n```sh\nls\n'), { message: 'line 2: the fence is not closed' }));
