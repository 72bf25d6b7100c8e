import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { withLock } from '../deployment/lock.ts';
import { command } from './command.ts';

// The committed files name their topology relative to the project's root.
process.chdir(fileURLToPath(new URL('../..', import.meta.url)));

const run = async (...args: string[]) => {
  const seen = { out: '', err: '' };
  const code = await command.run(args, {
    print: (text) => {
      seen.out += `${text}\n`;
    },
    complain: (text) => {
      seen.err += `${text}\n`;
    },
    interactive: false,
    color: false,
    env: {},
    signal: new AbortController().signal,
  });
  return { code, ...seen };
};

const folderOf = (t: TestContext): string => {
  const folder = mkdtempSync(join(tmpdir(), 'generate-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};
const GOOD =
  'nodes:\n  - { id: n1, url: "http://a:1" }\n  - { id: n2, url: "http://b:1" }\nentryPoints:\n  web: { address: "127.0.0.1:1" }\ncookie: { secure: false }\n';
const topologyIn = (folder: string, text: string): string => {
  const file = join(folder, 'team.yaml');
  writeFileSync(file, text);
  return file;
};

for (const args of [
  [],
  ['--target', 'schema', '--out', 'config'],
  ['--topology', 'config/production.yaml', '--target', 'compose', '--out', 'config'],
])
  test(`the committed files are what generate ${args.join(' ')} writes`, async () => {
    const { code, out, err } = await run(...args, '--check');
    assert.equal(code, 0, out + err);
    assert.equal(err, '');
  });

test('files are written once, then left unchanged, without temporary files', async (t) => {
  const folder = folderOf(t);
  const topology = topologyIn(folder, GOOD);
  const first = await run('--topology', topology);
  assert.deepEqual([first.code, first.err], [0, '']);
  assert.match(first.out, /new {8}\S+team\/traefik\.yml\n.*new {8}\S+team\/dynamic\.yml\n {2}next {7}npm run router/);
  const dynamic = join(folder, 'team/dynamic.yml');
  const { ino } = statSync(dynamic);
  const second = await run('--topology', topology);
  assert.match(second.out, /unchanged .*traefik\.yml\n.*unchanged .*dynamic\.yml/);
  assert.equal(statSync(dynamic).ino, ino);
  assert.deepEqual(readdirSync(join(folder, 'team')).sort(), ['dynamic.yml', 'traefik.yml']);
});

test('--check shows what differs as a patch, and writes nothing', async (t) => {
  const folder = folderOf(t);
  const topology = topologyIn(folder, GOOD);
  await run('--topology', topology);
  const dynamic = join(folder, 'team/dynamic.yml');
  const before = readFileSync(dynamic, 'utf8').replace('priority: 1000', 'priority: 7');
  writeFileSync(dynamic, before);
  const { code, out } = await run('--topology', topology, '--check');
  assert.equal(code, 1);
  assert.match(out, /^-\s+priority: 7\n\+\s+priority: 1000$/m);
  assert.match(out, /team\/dynamic\.yml: not what \S+team\.yaml says\n {2}next {2}npm run generate/);
  assert.equal(readFileSync(dynamic, 'utf8'), before);
});

test('a problem, or a hazard that is an error, is reported with its position, and nothing is written', async (t) => {
  const folder = folderOf(t);
  for (const [text, told] of [
    [`${GOOD}prefixx: /mcp\n`, /team\.yaml:7:1 {2}prefixx\n {2}unknown: .*\n.*\n.*\n {2}help: did you mean prefix\?/],
    [GOOD.replace('false', 'true'), /team\.yaml:5:3 {2}entryPoints\.web\n {2}error: web is plain HTTP/],
    [GOOD.replace('n2', 'n1'), /team\.yaml:3:7 {2}nodes\[1\]\.id\n {2}error: two nodes are called n1/],
  ] as const) {
    const { code, out, err } = await run('--topology', topologyIn(folder, text));
    assert.deepEqual([code, out], [1, '']);
    assert.match(err, told);
    assert.deepEqual(readdirSync(folder), ['team.yaml']);
  }
});

test('a warning is printed, and the files are written', async (t) => {
  const topology = topologyIn(folderOf(t), `${GOOD}affinity: cookie\n`);
  const { code, out, err } = await run('--topology', topology);
  assert.deepEqual([code, /new/.test(out)], [0, true]);
  assert.match(err, /team\.yaml:7:1 {2}affinity\n {2}warning: most MCP clients drop cookies/);
});

test('a node that gets its routes and new sessions in one step is reported', async (t) => {
  const folder = folderOf(t);
  const topology = topologyIn(folder, GOOD);
  await run('--topology', topology, '--out', folder);
  const joined = GOOD.replace('entryPoints', '  - { id: late, url: "http://late:1" }\nentryPoints');
  assert.notEqual(joined, GOOD);
  topologyIn(folder, joined);
  const { code, err } = await run('--topology', topology, '--out', folder);
  assert.equal(code, 0);
  assert.match(err, /late gets its routes and new sessions in one change/);
});

test('--json reports the same', async (t) => {
  const folder = folderOf(t);
  const good = JSON.parse((await run('--topology', topologyIn(folder, GOOD), '--json')).out);
  assert.deepEqual(
    [good.event, good.files.map((file: { change: string }) => file.change)],
    ['generated', ['new', 'new']],
  );
  const bad = JSON.parse((await run('--topology', topologyIn(folder, `${GOOD}x: 1`), '--json')).out);
  assert.deepEqual([bad.event, bad.problems[0].place.line], ['problems', 7]);
});

for (const { when, args, says } of [
  {
    when: 'there is no such topology',
    args: ['--topology', 'nowhere.yaml'],
    says: /there is no topology nowhere\.yaml; config\/dev\.yaml/,
  },
  { when: 'there is no such target', args: ['--target', 'fil'], says: /there is no target "fil"; did you mean file\?/ },
  { when: 'an option is unknown', args: ['--topolgy', 'x'], says: /--topolgy/ },
  { when: 'a word is left over', args: ['config/dev.yaml'], says: /unexpected argument "config\/dev\.yaml"/ },
])
  test(`it is misuse when ${when}`, async () => {
    const { code, err } = await run(...args);
    assert.equal(code, 2);
    assert.match(err, says);
    assert.match(err, /Usage: npm run generate/);
  });

test('a folder that cannot be written is reported with the reason', async (t) => {
  const folder = folderOf(t);
  const topology = topologyIn(folder, GOOD);
  const { code, err } = await run('--topology', topology, '--out', join(topology, 'inside'));
  assert.equal(code, 1);
  assert.match(err, /cannot be written: .*\n {2}help: choose another folder with --out/);
});

test('files are not written while a drain changes the topology', async (t) => {
  const folder = folderOf(t);
  const file = topologyIn(folder, GOOD);
  const out = join(folder, 'out');
  let generated = false;
  const { running } = await withLock(realpathSync(file), async () => {
    const running = run('--topology', file, '--out', out).then((done) => {
      generated = true;
      return done;
    });
    // At the second poll the generator has seen the lock.
    while (!generated && !readdirSync(folder).some((name) => name.includes('.lock.'))) await setImmediate();
    writeFileSync(file, GOOD.replace('http://b:1', 'http://c:1'));
    assert.equal(generated, false);
    return { running };
  });
  assert.equal((await running).code, 0);
  assert.match(readFileSync(join(out, 'dynamic.yml'), 'utf8'), /http:\/\/c:1/);
});
