import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { watchSources } from './source-watch.ts';

const folderOf = (t: TestContext): string => {
  const folder = mkdtempSync(join(tmpdir(), 'sources-'));
  t.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'deep'));
  return folder;
};

const changeOf = (t: TestContext, folder: string, act: () => void): Promise<string> =>
  new Promise((resolve, reject) => {
    const told: string[] = [];
    const watching = watchSources({
      folders: [folder],
      files: [],
      quietMs: 50,
      onTrouble: reject,
      onChange: (file) => resolve([...told, file].join()),
    });
    t.after(() => watching.close());
    // A file that is not a source changes first: if it were reported, it would be the first report.
    for (const name of ['a.test.ts', 'notes.md', 'test-bench.ts']) writeFileSync(join(folder, name), '1');
    setTimeout(act, 150);
  });

test('a change in a subfolder is reported once', async (t) => {
  const folder = folderOf(t);
  const file = join('deep', 'server.ts');
  assert.equal(await changeOf(t, folder, () => writeFileSync(join(folder, file), '1')), file);
});

test('a temporary file that is renamed is reported', async (t) => {
  const folder = folderOf(t);
  const act = (): void => {
    writeFileSync(join(folder, 'x.tmp'), '1');
    renameSync(join(folder, 'x.tmp'), join(folder, 'x.ts'));
  };
  assert.equal(await changeOf(t, folder, act), 'x.ts');
});
