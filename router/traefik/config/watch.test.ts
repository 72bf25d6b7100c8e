import assert from 'node:assert/strict';
import {
  appendFileSync,
  closeSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import type { FileProvider } from './load.ts';
import { type WatchOptions, watchProvider } from './watch.ts';

const QUIET = 60;
/** Without it the test would wait forever for a change that is not reported. */
const LIMIT = { timeout: 120_000 };

const scene = (t: TestContext): string => {
  const directory = mkdtempSync(join(tmpdir(), 'watch-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
};

const provider = (kind: FileProvider['kind'], path: string): FileProvider => ({
  at: { file: 'traefik.yml', line: 1, column: 1 },
  kind,
  path,
});

/** Counts calls; `next` waits for the next one. */
const watching = async (t: TestContext, given: FileProvider, options: WatchOptions = {}) => {
  const waiting: (() => void)[] = [];
  const state = { calls: 0, awaited: 0 };
  const watched = watchProvider(
    given,
    () => {
      state.calls++;
      waiting.shift()?.();
    },
    { quiet: QUIET, poll: 60_000, ...options },
  );
  // Watching does not keep the process alive.
  const alive = setInterval(() => {}, 1_000);
  t.after(() => clearInterval(alive));
  t.after(() => watched.close());
  await watched.ready;
  const next = async (): Promise<void> => {
    if (state.calls > state.awaited++) return;
    await new Promise<void>((resolve) => waiting.push(resolve));
  };
  return { state, next, close: () => watched.close() };
};

type Change = { readonly when: string; readonly change: (file: string, directory: string) => void | Promise<void> };
const changes: readonly Change[] = [
  { when: 'written in place', change: (file) => writeFileSync(file, 'two') },
  {
    when: 'truncated, then written',
    change: (file) => {
      truncateSync(file);
      appendFileSync(file, 'two');
    },
  },
  {
    when: 'written beside and renamed over it',
    change: (file, directory) => {
      writeFileSync(join(directory, '.new'), 'two');
      renameSync(join(directory, '.new'), file);
    },
  },
  {
    when: 'moved away as a backup and written anew, as editors do',
    change: (file) => {
      renameSync(file, `${file}~`);
      writeFileSync(file, 'two');
    },
  },
  {
    when: 'deleted and recreated',
    change: (file) => {
      unlinkSync(file);
      writeFileSync(file, 'two');
    },
  },
  { when: 'replaced by text of the same length', change: (file) => writeFileSync(file, 'ONE') },
];

for (const { when, change } of changes)
  test(`a file is reported once when it is ${when}`, LIMIT, async (t) => {
    const directory = scene(t);
    const file = join(directory, 'dynamic.yml');
    writeFileSync(file, 'one');
    const watched = await watching(t, provider('file', file));
    await change(file, directory);
    await watched.next();
    writeFileSync(file, 'three');
    await watched.next();
    assert.equal(watched.state.calls, 2);
  });

test('a deleted file is reported, and again when it comes back', LIMIT, async (t) => {
  const file = join(scene(t), 'dynamic.yml');
  writeFileSync(file, 'one');
  const watched = await watching(t, provider('file', file));
  unlinkSync(file);
  await watched.next();
  writeFileSync(file, 'one');
  await watched.next();
  assert.equal(watched.state.calls, 2);
});

test('a file is reported only when writing has stopped', LIMIT, async (t) => {
  const file = join(scene(t), 'dynamic.yml');
  writeFileSync(file, 'one');
  const watched = await watching(t, provider('file', file), { quiet: 1_000 });
  const descriptor = openSync(file, 'w');
  for (let i = 0; i < 6; i++) {
    writeSync(descriptor, 'x');
    await wait(50);
    assert.equal(watched.state.calls, 0);
  }
  closeSync(descriptor);
  await watched.next();
  assert.equal(watched.state.calls, 1);
});

test('the same if only the poll sees it', LIMIT, async (t) => {
  const [watchedFor, elsewhere] = [scene(t), scene(t)];
  writeFileSync(join(watchedFor, 'dynamic.yml'), 'one');
  // A write through another name in another directory causes no event here.
  linkSync(join(watchedFor, 'dynamic.yml'), join(elsewhere, 'second-name.yml'));
  const watched = await watching(t, provider('file', join(watchedFor, 'dynamic.yml')), { quiet: 500, poll: 600 });
  for (let i = 0; i < 40; i++) {
    appendFileSync(join(elsewhere, 'second-name.yml'), 'x');
    await wait(50);
    assert.equal(watched.state.calls, 0);
  }
  await watched.next();
  assert.equal(watched.state.calls, 1);
});

test('changes of a neighbouring file neither trigger nor delay a report', LIMIT, async (t) => {
  const directory = scene(t);
  const file = join(directory, 'dynamic.yml');
  writeFileSync(file, 'one');
  const watched = await watching(t, provider('file', file));
  const neighbour = setInterval(() => appendFileSync(join(directory, 'access.log'), 'line\n'), 5);
  t.after(() => clearInterval(neighbour));
  await wait(QUIET * 3);
  assert.equal(watched.state.calls, 0);
  writeFileSync(file, 'two');
  await watched.next();
});

test('the same content is not reported', LIMIT, async (t) => {
  const directory = scene(t);
  const file = join(directory, 'dynamic.yml');
  writeFileSync(file, 'one');
  const watched = await watching(t, provider('file', file));
  writeFileSync(join(directory, 'new'), 'one');
  renameSync(join(directory, 'new'), file);
  await wait(QUIET * 3);
  assert.equal(watched.state.calls, 0);
});

test('files added, changed and removed in a directory are reported, and others are not', LIMIT, async (t) => {
  const directory = scene(t);
  writeFileSync(join(directory, 'a.yml'), 'one');
  const watched = await watching(t, provider('directory', directory));
  writeFileSync(join(directory, 'b.yaml'), 'two');
  await watched.next();
  writeFileSync(join(directory, 'a.yml'), 'changed');
  await watched.next();
  unlinkSync(join(directory, 'b.yaml'));
  await watched.next();
  writeFileSync(join(directory, 'notes.txt'), '');
  await wait(QUIET * 3);
  assert.equal(watched.state.calls, 3);
});

test('a folder that is created later is watched', LIMIT, async (t) => {
  const directory = scene(t);
  writeFileSync(join(directory, 'a.yml'), 'one');
  const watched = await watching(t, provider('directory', directory));
  mkdirSync(join(directory, 'more'));
  writeFileSync(join(directory, 'more', 'b.yml'), 'two');
  await watched.next();
  writeFileSync(join(directory, 'more', 'b.yml'), 'three');
  await watched.next();
  assert.equal(watched.state.calls, 2);
});

for (const kind of ['file', 'directory'] as const)
  test(`a swap of the data link that Kubernetes mounts is reported (${kind})`, LIMIT, async (t) => {
    const directory = scene(t);
    const mount = (generation: string, content: string): void => {
      mkdirSync(join(directory, `..${generation}`));
      writeFileSync(join(directory, `..${generation}`, 'dynamic.yml'), content);
      symlinkSync(`..${generation}`, join(directory, '..data_tmp'));
      renameSync(join(directory, '..data_tmp'), join(directory, '..data'));
    };
    mount('2026_1', 'one');
    symlinkSync('..data/dynamic.yml', join(directory, 'dynamic.yml'));
    const path = kind === 'file' ? join(directory, 'dynamic.yml') : directory;
    const watched = await watching(t, provider(kind, path));
    mount('2026_2', 'two');
    rmSync(join(directory, '..2026_1'), { recursive: true });
    await watched.next();
    mount('2026_3', 'three');
    await watched.next();
    assert.equal(watched.state.calls, 2);
  });

test('a file behind a symbolic link is reported when its target is written', LIMIT, async (t) => {
  const [shown, real] = [scene(t), scene(t)];
  writeFileSync(join(real, 'real.yml'), 'one');
  symlinkSync(join(real, 'real.yml'), join(shown, 'dynamic.yml'));
  const watched = await watching(t, provider('file', join(shown, 'dynamic.yml')));
  writeFileSync(join(real, 'real.yml'), 'two');
  await watched.next();
});

test('the poll finds changes without an event', LIMIT, async (t) => {
  const directory = join(scene(t), 'later');
  const watched = await watching(t, provider('file', join(directory, 'dynamic.yml')), { poll: 20 });
  mkdirSync(directory);
  writeFileSync(join(directory, 'dynamic.yml'), 'one');
  await watched.next();
});

test('nothing is reported after close', LIMIT, async (t) => {
  const file = join(scene(t), 'dynamic.yml');
  writeFileSync(file, 'one');
  const watched = await watching(t, provider('file', file), { poll: 10 });
  writeFileSync(file, 'two');
  watched.close();
  await wait(QUIET * 3);
  assert.equal(watched.state.calls, 0);
});

test('a file that was loaded and deleted before it was seen is reported', LIMIT, async (t) => {
  const directory = scene(t);
  writeFileSync(join(directory, 'one.yml'), 'one');
  const second = join(directory, 'two.yml');
  const loads: boolean[] = [];
  const given = provider('directory', directory);
  await new Promise<void>((resolve) => {
    const load = (): void => {
      loads.push(existsSync(second));
      // The first load finds a file that the watch did not see appear, and will not see disappear.
      if (loads.length === 1) writeFileSync(second, 'two');
      else resolve();
    };
    const alive = setInterval(() => {}, 1_000);
    t.after(() => clearInterval(alive));
    const watched = watchProvider(given, load, { quiet: QUIET, poll: 60_000 });
    t.after(() => watched.close());
    void watched.ready.then(() => watched.reconsider());
  });
  assert.equal(loads.length, 2);
});
