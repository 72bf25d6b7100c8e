import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { ROOT, readPage } from './pages.ts';

const { text } = readPage('.github/ARCHITECTURE.md');
const TREE = /```text\n([\s\S]*?)```/.exec(text)![1]!.trimEnd().split('\n');

type Named = { readonly path: string; readonly said: string };

const namedInTree = (): Named[] => {
  let top = '';
  return TREE.map((line) => {
    const [, indent, name, said] = /^( *)(\S+) +(.+)$/.exec(line) ?? assert.fail(`a line without a word: ${line}`);
    if (indent === '') top = name!;
    return { path: indent === '' ? name! : `${top}${name}`, said: said! };
  });
};

/** Empty folders are ignored: they are not in a checkout. */
const foldersOf = (top: string): string[] =>
  readdirSync(join(ROOT, top), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && readdirSync(join(ROOT, top, entry.name)).length > 0)
    .map((entry) => `${top}/${entry.name}/`);

test('the tree names exactly the folders that exist', () => {
  const there = ['router', 'node', 'shared', 'scripts'].flatMap((top) => [`${top}/`, ...foldersOf(top)]);
  const named = namedInTree().map(({ path }) => path);
  assert.deepEqual(named.filter((path) => path.endsWith('/')).sort(), [...there, 'config/'].sort());
  assert.deepEqual(
    named.filter((path) => !existsSync(join(ROOT, path))),
    [],
  );
});

test('each invariant names a test that exists', () => {
  const invariants = text
    .slice(text.indexOf('## Invariants'))
    .split(/\n(?=\d+\. )/)
    .slice(1);
  assert.ok(invariants.length > 10);
  for (const invariant of invariants) {
    const file = /`([\w./-]+\.ts)`/.exec(invariant)?.[1] ?? assert.fail(`names no test: ${invariant}`);
    const code = readFileSync(join(ROOT, file), 'utf8');
    for (const [, title] of invariant.matchAll(/“([^”]+)”/g))
      assert.ok(code.includes(title!.replace(/\s+/g, ' ')), `${file} has no “${title}”`);
  }
});
