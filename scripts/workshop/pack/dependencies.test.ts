import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { ROOT } from './build.ts';

const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const { dependencies, devDependencies } = JSON.parse(read('package.json')) as {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
};

test('every dependency has its reason in CONTRIBUTING', () => {
  const [, table = ''] =
    /<!-- dependencies -->([\s\S]*)<!-- \/dependencies -->/.exec(read('.github/CONTRIBUTING.md')) ?? [];
  const rows = [...table.matchAll(/^\| `([^`]+)` \| (\S.*) \|$/gm)].map(([, name]) => name);
  assert.deepEqual(rows, [...Object.keys(dependencies), ...Object.keys(devDependencies)]);
});

test('the lock file names no registry, and the linter is pinned', () => {
  assert.doesNotMatch(read('package-lock.json'), /"resolved"/);
  assert.match(devDependencies['@biomejs/biome'] ?? '', /^\d/);
});
