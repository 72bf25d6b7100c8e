import assert from 'node:assert/strict';
import { mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { LineBuffer, type Trouble } from './line-buffer.ts';
import { type LogFile, openLogFile } from './log-file.ts';

/** An event that happens once and can be awaited. */
const event = () => {
  let happen = (): void => {};
  const happened = new Promise<void>((resolve) => {
    happen = resolve;
  });
  return { happen, happened };
};

const noTrouble: Trouble = (what) => assert.fail(JSON.stringify(what));

type Told = Parameters<Trouble>[0];

/** A disk that hangs until `release` is called; it reports when a write has begun. */
const stuckDisk = () => {
  const written: string[] = [];
  const begun = event();
  const held = event();
  const file: LogFile = {
    async write(bytes) {
      begun.happen();
      await held.happened;
      written.push(bytes.toString());
    },
    close: async () => {},
  };
  return { file, written, begun: begun.happened, release: () => held.happen() };
};

test('lines wait in order while the disk is busy', async () => {
  const disk = stuckDisk();
  const buffer = new LineBuffer(() => disk.file, noTrouble);
  buffer.write('1\n');
  await disk.begun;
  buffer.write('2\n');
  buffer.write('3\n');
  assert.deepEqual(disk.written, []);
  disk.release();
  await buffer.close();
  assert.deepEqual(disk.written, ['1\n', '2\n3\n']);
});

test('if the disk hangs, lines up to the limit are kept, and the loss is logged', async () => {
  const disk = stuckDisk();
  const told: Told[] = [];
  const buffer = new LineBuffer(
    () => disk.file,
    (what) => told.push(what),
    10,
  );
  buffer.write('12345\n');
  await disk.begun;
  buffer.write('678\n');
  buffer.write('9\n');
  buffer.write('10\n');
  disk.release();
  await buffer.close();
  assert.deepEqual(disk.written, ['12345\n', '678\n']);
  assert.deepEqual(told, [{ dropped: 2 }]);
});

test('after a failed write there is room again', async () => {
  const told: Told[] = [];
  const written: string[] = [];
  const full = new Error('ENOSPC');
  const file: LogFile = {
    async write(bytes) {
      if (told.length === 0) throw full;
      written.push(bytes.toString());
    },
    close: async () => {},
  };
  const failed = event();
  const buffer = new LineBuffer(
    () => file,
    (what) => {
      told.push(what);
      failed.happen();
    },
    6,
  );
  buffer.write('12345\n');
  await failed.happened;
  await Promise.resolve();
  buffer.write('67890\n');
  await buffer.close();
  assert.deepEqual(told, [{ error: full }]);
  assert.deepEqual(written, ['67890\n']);
});

test('after a rotation earlier lines are in the old file and later ones in a new one', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'access-log-'));
  t.after(() => rm(folder, { recursive: true }));
  const path = join(folder, 'logs', 'access.log');
  const buffer = new LineBuffer(() => openLogFile(path), noTrouble);
  buffer.write('before\n');
  await rename(path, `${path}.1`);
  const reopened = buffer.reopen();
  buffer.write('after\n');
  await reopened;
  await buffer.close();
  assert.equal(await readFile(`${path}.1`, 'utf8'), 'before\n');
  assert.equal(await readFile(path, 'utf8'), 'after\n');
});

test('if a rotation cannot open the new file, the old one stays in use', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'access-log-'));
  t.after(() => rm(folder, { recursive: true }));
  const path = join(folder, 'access.log');
  const files = [() => openLogFile(path), () => openLogFile(folder)];
  const told: Told[] = [];
  const buffer = new LineBuffer(
    () => files.shift()!(),
    (what) => told.push(what),
  );
  await buffer.reopen();
  buffer.write('still here\n');
  await buffer.close();
  assert.equal(await readFile(path, 'utf8'), 'still here\n');
  assert.match(String('error' in told[0]! && told[0].error), /EISDIR/);
});

test('an existing file is appended to', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'access-log-'));
  t.after(() => rm(folder, { recursive: true }));
  const path = join(folder, 'access.log');
  for (const line of ['first\n', 'second\n']) {
    const buffer = new LineBuffer(() => openLogFile(path), noTrouble);
    buffer.write(line);
    await buffer.close();
  }
  assert.equal(await readFile(path, 'utf8'), 'first\nsecond\n');
});
