import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { callControl } from './client.ts';
import { control } from './command.ts';
import { runningClusters, runtimeFolder, socketPath } from './runtime-folder.ts';
import { serveControl } from './server.ts';

const envOf = (t: TestContext) => {
  const folder = mkdtempSync(join(tmpdir(), 'run-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return { XDG_RUNTIME_DIR: folder };
};

const say = (env: Readonly<Record<string, string>>) => {
  const said: string[] = [];
  const keep = (text: string): void => void said.push(text);
  const signal = new AbortController().signal;
  return { said, terminal: { print: keep, complain: keep, interactive: false, color: false, env, signal } };
};

const serving = async (t: TestContext, path: string): Promise<void> => {
  const server = await serveControl({
    path,
    perform: async ({ action, args }) => {
      if (action === 'kill' && args[0] !== 'n1') throw new Error(`there is no node ${args[0]}`);
      return { text: `${action} done`, data: args };
    },
  });
  t.after(() => server.close());
};

test('only the user may access the folder and the socket', async (t) => {
  const folder = await runtimeFolder(envOf(t));
  await serving(t, socketPath(folder, 1));
  assert.equal(statSync(folder).mode & 0o777, 0o700);
  assert.equal(statSync(socketPath(folder, 1)).mode & 0o777, 0o600);
});

test('a folder that others can access is refused, with the remedy', async (t) => {
  const env = envOf(t);
  chmodSync(await runtimeFolder(env), 0o755);
  await assert.rejects(runtimeFolder(env), /chmod 700/);
});

test('a call is answered, errors too, and invalid input does no harm', async (t) => {
  const path = socketPath(await runtimeFolder(envOf(t)), 1);
  await serving(t, path);
  assert.deepEqual(await callControl(path, { action: 'kill', args: ['n1'] }), {
    ok: true,
    text: 'kill done',
    data: ['n1'],
  });
  assert.deepEqual(await callControl(path, { action: 'kill', args: ['n7'] }), {
    ok: false,
    error: 'there is no node n7',
  });
  assert.equal((await callControl(path, 'nonsense' as never)).ok, true);
});

test('an endless line is refused before it fills the memory, and others are still served', {
  timeout: 120_000,
}, async (t) => {
  const path = socketPath(await runtimeFolder(envOf(t)), 1);
  await serving(t, path);
  const socket = connect(path);
  t.after(() => socket.destroy());
  let reply = '';
  socket.setEncoding('utf8').on('data', (text) => {
    reply += text;
  });
  // It is closed during the write.
  socket.on('error', () => undefined);
  const closed = new Promise((resolve) => socket.once('close', resolve));
  const piece = 'x'.repeat(64 * 1024);
  let over = false;
  void closed.then(() => {
    over = true;
  });
  for (let sent = 0; !over && sent < 256; sent++) await new Promise((resolve) => socket.write(piece, resolve));
  await closed;
  assert.match(reply, /^\{"ok":false,"error":"a call is one line of at most 65536 characters"\}\n$/);
  assert.equal((await callControl(path, { action: 'kill', args: ['n1'] })).ok, true);
});

test('the socket of a cluster that is gone is removed', async (t) => {
  const folder = await runtimeFolder(envOf(t));
  writeFileSync(socketPath(folder, 7), '');
  await serving(t, socketPath(folder, 8));
  assert.deepEqual(await runningClusters(folder), [8]);
  assert.throws(() => statSync(socketPath(folder, 7)));
});

for (const [what, ports, port, code, said] of [
  ['no cluster', [], undefined, 1, /no cluster is running: start one with `npm run dev`/],
  ['one cluster', [1], undefined, 0, /kill done/],
  ['two clusters', [1, 2], undefined, 1, /select one with --port 1, --port 2/],
  ['two clusters and a port', [1, 2], '2', 0, /kill done/],
  ['a port where none runs', [1], '3', 1, /no cluster is running at port 3; there are --port 1/],
] as const)
  test(`${what}: ends with ${code}`, async (t) => {
    const env = envOf(t);
    const folder = await runtimeFolder(env);
    for (const each of ports) await serving(t, socketPath(folder, each));
    const { terminal, said: told } = say(env);
    assert.equal(await control({ action: 'kill', args: ['n1'], port, json: false }, terminal), code);
    assert.match(told.join('\n'), said);
  });
