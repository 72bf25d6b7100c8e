import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { type FileProvider, loadDynamic, loadStatic } from './load.ts';

const ROUTER = (name: string): string => `http: {routers: {${name}: {rule: x, service: s}}}`;
const at = { file: 'traefik.yml', line: 3, column: 5 };

const scene = (t: TestContext, files: Readonly<Record<string, string | Buffer>>): string => {
  const directory = mkdtempSync(join(tmpdir(), 'load-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(directory, name, '..'), { recursive: true });
    writeFileSync(join(directory, name), content);
  }
  return directory;
};
const provider = (kind: FileProvider['kind'], path: string): FileProvider => ({ at, kind, path });

test('a directory is read with its folders, and only the files of configuration', async (t) => {
  const directory = scene(t, {
    'b.yaml': ROUTER('b'),
    'a.yml': ROUTER('a'),
    'C.YML': ROUTER('c'),
    'sub/d.yml': ROUTER('d'),
    'notes.txt': 'http: [',
    'e.json': 'http: [',
  });
  const { config, problems, sources } = await loadDynamic(provider('directory', directory));
  assert.deepEqual(problems, []);
  assert.deepEqual([...config.routers.keys()], ['c@file', 'a@file', 'b@file', 'd@file']);
  assert.equal(sources.size, 4);
});

test('Kubernetes mounts are read once, through their links', async (t) => {
  const directory = scene(t, { '..2026_1/a.yml': ROUTER('a') });
  symlinkSync('..2026_1', join(directory, '..data'));
  symlinkSync('..data/a.yml', join(directory, 'a.yml'));
  const { config, problems } = await loadDynamic(provider('directory', directory));
  assert.deepEqual([[...config.routers.keys()], problems], [['a@file'], []]);
});

for (const { when, files, kind, path, message } of [
  { when: 'it does not exist', files: {}, kind: 'file', path: 'no.yml', message: /no\.yml does not exist/ },
  { when: 'its directory does not exist', files: {}, kind: 'directory', path: 'no', message: /no does not exist/ },
  { when: 'it is a directory', files: { 'd.yml/x': '' }, kind: 'file', path: 'd.yml', message: /is a directory/ },
  { when: 'the directory is a file', files: { d: '' }, kind: 'directory', path: 'd', message: /is not a directory/ },
  { when: 'it is JSON by name', files: { 'd.json': '' }, kind: 'file', path: 'd.json', message: /extension is \.json/ },
  { when: 'it has no extension', files: { d: '' }, kind: 'file', path: 'd', message: /extension is missing/ },
  {
    when: 'it is not UTF-8',
    files: { 'd.yml': Buffer.from([0x61, 0xff]) },
    kind: 'file',
    path: 'd.yml',
    message: /not UTF-8/,
  },
  {
    when: 'it is huge',
    files: { 'd.yml': Buffer.alloc(4 * 1024 * 1024 + 1, 35) },
    kind: 'file',
    path: 'd.yml',
    message: /larger than 4 MiB/,
  },
] as const)
  test(`a dynamic file is refused at the provider's key when ${when}`, async (t) => {
    const directory = scene(t, files);
    const { problems } = await loadDynamic(provider(kind, join(directory, path)));
    assert.equal(problems.length, 1);
    assert.deepEqual(problems[0]?.place, at);
    assert.match(problems[0]?.message ?? '', message);
  });

test('a TOML file in a directory is refused, not ignored', async (t) => {
  const directory = scene(t, { 'a.yml': ROUTER('a'), 'b.toml': '[http]' });
  const { problems } = await loadDynamic(provider('directory', directory));
  assert.match(problems[0]?.message ?? '', /TOML/);
});

test('an unreadable file does not hide the problems of the others', async (t) => {
  const directory = scene(t, { 'a.yml': ROUTER('a'), 'b.yml': 'http: [' });
  symlinkSync('nowhere', join(directory, 'c.yml'));
  const { config, problems } = await loadDynamic(provider('directory', directory));
  assert.deepEqual([...config.routers.keys()], ['a@file']);
  assert.equal(problems.length, 2);
});

test('the static file is read, as JSON too', async (t) => {
  const directory = scene(t, { 't.json': '{"providers": {"file": {"filename": "d.yml"}}}' });
  const { config, problems } = await loadStatic(join(directory, 't.json'));
  assert.deepEqual([problems, config?.fileProvider.path], [[], 'd.yml']);
});

test('a missing static file is one problem', async () => {
  const { config, problems } = await loadStatic('/nowhere/traefik.yml');
  assert.equal(config, undefined);
  assert.deepEqual(
    problems.map(({ message }) => message),
    ['/nowhere/traefik.yml does not exist'],
  );
});

test('a pipe or a device is refused, and not read', async (t) => {
  const folder = scene(t, { 'd.yml': '' });
  execFileSync('sh', ['-c', 'mkfifo "$0"', join(folder, 'pipe.yml')]);
  symlinkSync('/dev/zero', join(folder, 'zero.yml'));
  for (const name of ['pipe.yml', 'zero.yml']) {
    const { problems } = await loadDynamic(provider('file', join(folder, name)));
    assert.match(problems[0]?.message ?? '', /is a pipe or a device/);
  }
});
