import assert from 'node:assert/strict';
import test from 'node:test';
import { anchorsIn, commandsIn, linksIn, pathsIn } from './named.ts';

const commands = (page: string) => commandsIn(page).map(({ name, options, line }) => ({ name, options, line }));

test('commands of blocks and of sentences are found, with their lines and options', () => {
  const page =
    "Run `npm run one -- --all x\n--most=3` now\n```sh\nnpm run two -- -H 'a --b' URL && npm run three # -- --no\n```\n";
  assert.deepEqual(commands(page), [
    { name: 'two', options: ['-H'], line: 4 },
    { name: 'three', options: [], line: 4 },
    { name: 'one', options: ['--all', '--most'], line: 1 },
  ]);
});

test('options of another shell command are not ours', () =>
  assert.deepEqual(commands('`npm run logs -- a.log | less --no-init`'), [{ name: 'logs', options: [], line: 1 }]));

test("what stands behind -- for somebody's own server is no option of ours", () =>
  assert.deepEqual(commands('`npm run dev -- --traefik -- go --nodes` `npx mooring dev --json -- go --nodes`'), [
    { name: 'dev', options: ['--traefik'], line: 1 },
    { name: 'dev', options: ['--json'], line: 1 },
  ]));

test('commands of the package are distinguished from npm scripts', () =>
  assert.deepEqual(
    commandsIn('`npx mooring dev --server ./s.ts`, `npm run bench:sessions`').map(({ by, name }) => `${by} ${name}`),
    ['mooring dev', 'npm bench:sessions'],
  ));

test('blocks of other languages name no commands', () => assert.deepEqual(commands('```text\nnpm run x\n```\n'), []));

test('links and pictures are found, external ones are not', () => {
  const page = '[a](b.md#part) [c](https://example.com)\n<img src="d.png"> `[e](f.md)` [g](#here)';
  assert.deepEqual(linksIn(page), [
    { text: 'b.md#part', line: 1 },
    { text: 'd.png', line: 2 },
    { text: '#here', line: 2 },
  ]);
});

test('headings are spelled as links name them', () =>
  assert.deepEqual(anchorsIn('# 403: Host or Origin refused\n```sh\n# none\n```\n## `a_b` – C'), [
    '403-host-or-origin-refused',
    'a_b--c',
  ]));

test('paths of the project in code are found', () =>
  assert.deepEqual(pathsIn('`router/core/decide.ts` and ``a`b`` and `shared/`\n`what/ever`, `npm run router`'), [
    { text: 'router/core/decide.ts', line: 1 },
    { text: 'shared/', line: 1 },
  ]));
