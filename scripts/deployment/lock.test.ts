import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { withLock } from './lock.ts';

const folder = async (t: TestContext): Promise<string> => {
  const made = await mkdtemp(join(tmpdir(), 'lock-'));
  t.after(() => rm(made, { recursive: true }));
  return join(made, 'prod.yaml');
};

/** No process has this id: it is above Linux' maximum. */
const NOBODY = 2 ** 22 + 1;

test('changes of one deployment are serialised', async (t) => {
  const file = await folder(t);
  let inside = 0;
  let most = 0;
  const change = async (): Promise<void> => {
    most = Math.max(most, ++inside);
    await new Promise(setImmediate);
    inside--;
  };
  await Promise.all(Array.from({ length: 5 }, () => withLock(file, change)));
  assert.deepEqual([most, existsSync(`${file}.lock`)], [1, false]);
});

test('a change that fails releases the lock', async (t) => {
  const file = await folder(t);
  await assert.rejects(
    withLock(file, () => Promise.reject(new Error('no'))),
    /no/,
  );
  assert.equal(await withLock(file, async () => 'yes'), 'yes');
});

test('a lock of a dead process is ignored', async (t) => {
  const file = await folder(t);
  await writeFile(`${file}.lock`, JSON.stringify({ pid: NOBODY, host: hostname() }));
  assert.equal(await withLock(file, async () => 'yes'), 'yes');
});

test('a lock of an earlier process with our pid is ignored, as after a container restart', async (t) => {
  const file = await folder(t);
  await writeFile(`${file}.lock`, JSON.stringify({ pid: process.pid, host: hostname(), run: 'before' }));
  assert.equal(await withLock(file, async () => 'yes'), 'yes');
});

test('of many processes that find a dead lock one has it at a time, and nothing is left behind', async (t) => {
  const file = await folder(t);
  for (let round = 0; round < 20; round++) {
    await writeFile(`${file}.lock`, JSON.stringify({ pid: NOBODY, host: hostname() }));
    let inside = 0;
    const change = async (): Promise<void> => {
      assert.equal(++inside, 1);
      await new Promise(setImmediate);
      inside--;
    };
    await Promise.all(Array.from({ length: 6 }, () => withLock(file, change, 60_000)));
    assert.deepEqual(await readdir(dirname(file)), []);
  }
});

for (const [what, text, says] of [
  ['of another machine', JSON.stringify({ pid: NOBODY, host: 'elsewhere' }), /held by process \d+ on elsewhere/],
  ['that says nothing', 'x', /prod\.yaml\.lock is held: .* remove the file/],
] as const) {
  test(`a lock ${what} is reported by name`, async (t) => {
    const file = await folder(t);
    await writeFile(`${file}.lock`, text);
    await assert.rejects(
      withLock(file, async () => 'yes', 0),
      says,
    );
  });
}
