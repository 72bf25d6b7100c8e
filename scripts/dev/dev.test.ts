import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { freePorts } from '../../shared/free-ports.ts';
import { answersAt, isAlive, until } from '../cluster/test-contract.ts';
import { callLongTask, listenTo, openSession, ping } from '../cluster/test-session.ts';
import { folderOf, follow, isReady, MOORING, run, start, textOf } from './test-dev.ts';

test('--json: ready first, then events; commands from another terminal; SIGINT ends it with 0', async (t) => {
  const [port] = await freePorts(1);
  // Its colour setting is independent of the asking command's.
  const dev = start(t, folderOf(t), ['--nodes', '2', '--port', `${port}`, '--json'], { FORCE_COLOR: '1' });
  const ready = await dev.next(isReady);
  assert.equal(dev.events[0], ready);
  assert.equal(ready.router, `http://127.0.0.1:${port}`);
  const page = new URL(String(ready.dashboard));
  assert.match(page.href, /^http:\/\/127\.0\.0\.1:\d+\/\?secret=[\w-]{32}$/);
  assert.equal((await fetch(page)).status, 200);
  assert.equal((await fetch(page.origin)).status, 403);
  assert.deepEqual(
    (ready.nodes as { id: string }[]).map(({ id }) => id),
    ['n1', 'n2'],
  );
  const mcp = String(ready.mcp);
  const seen = dev.next(({ event }) => event === 'request');
  const session = await openSession(mcp);
  assert.deepEqual(
    { ...(await seen), at: 0, milliseconds: 0 },
    {
      event: 'request',
      at: 0,
      method: 'POST',
      target: '/mcp',
      status: 200,
      milliseconds: 0,
      node: session.node,
      router: 'mcp@file',
      reason: 'no-cookie',
    },
  );
  const listed = JSON.parse((await dev.command('sessions', '--json')).out) as { data: { id: string }[] };
  assert.deepEqual(
    listed.data.map(({ id }) => id),
    [session.id],
  );
  const down = dev.next(({ event, state }) => event === 'node' && state === 'down');
  const killed = await dev.command('kill', session.node);
  assert.match(killed.out, new RegExp(`^${session.node} was killed`));
  assert.equal((await down).node, session.node);
  const explained = await dev.command('explain');
  assert.match(explained.out, /^POST \/mcp went to n\d/);
  assert.ok(!explained.out.includes('\x1b'));
  const wrong = await dev.command('kill', 'n9');
  assert.deepEqual([wrong.code, wrong.errors], [1, 'there is no node n9; there are n1, n2\n']);
  // Only the user can learn it: from the first event, and over the socket.
  assert.match((await dev.command('dashboard')).out, new RegExp(`^opening ${page.href.replace('?', '\\?')}\n$`));
  const rest = JSON.stringify(dev.events.slice(1)) + dev.errors();
  assert.ok(!rest.includes(page.search.slice(-32)));
  dev.child.kill('SIGINT');
  assert.deepEqual(await once(dev.child, 'exit'), [0, null]);
  assert.equal((await dev.command('nodes')).code, 1);
});

test('changes of a topology file are applied without losing a stream, and broken ones are not', async (t) => {
  const folder = folderOf(t);
  const file = join(folder, 'dev.yaml');
  const [port, one, two] = await freePorts(3);
  const textWith = (state: string): string =>
    `nodes:\n  - { id: n1, url: "http://127.0.0.1:${one}" }\n  - { id: n2, url: "http://127.0.0.1:${two}", state: ${state} }\n` +
    `entryPoints: { web: { address: "127.0.0.1:${port}" } }\ncookie: { secure: false }\n`;
  writeFileSync(file, textWith('active'));
  const dev = start(t, folder, ['--topology', file, '--json']);
  const mcp = String((await dev.next(isReady)).mcp);
  const session = await openSession(mcp);
  let ended = false;
  const stream = await listenTo(mcp, session);
  void stream.ended.then(() => {
    ended = true;
  });
  const drained = dev.next(({ event }) => event === 'draining');
  writeFileSync(file, textWith('draining'));
  await drained;
  for (let i = 0; i < 4; i++) assert.equal((await openSession(mcp)).node, 'n1');
  const refused = dev.next(({ event }) => event === 'trouble');
  writeFileSync(file, textWith('asleep'));
  assert.match(String((await refused).text), /dev\.yaml:3:\d+.*the last good one stays/s);
  assert.equal((await ping(mcp, session)).status, 200);
  assert.equal(ended, false);
});

test('when the server file changes, the nodes restart and the router stays', async (t) => {
  const folder = folderOf(t);
  const server = fileURLToPath(new URL('../../node/example/minimal.ts', import.meta.url));
  const copy = join(folder, 'server.ts');
  writeFileSync(copy, `export { createServer } from ${JSON.stringify(server)};\n`);
  const [port] = await freePorts(1);
  const dev = start(t, folder, ['--nodes', '1', '--port', `${port}`, '--server', copy, '--json']);
  await dev.next(isReady);
  const broken = dev.next(({ event }) => event === 'trouble');
  writeFileSync(copy, 'export const nothing = 1;\n');
  assert.match(
    String((await broken).text),
    /n1 ended with code 1 before it was ready\n.*does not export a function createServer/s,
  );
  const back = dev.next(({ event, state }) => event === 'node' && state === 'up');
  writeFileSync(copy, `export { createServer } from ${JSON.stringify(server)};\n`);
  await back;
  assert.equal((await dev.command('nodes', '--json')).code, 0);
});

test('a second Ctrl-C ends it at once with 130, and leaves nothing behind', async (t) => {
  const [port] = await freePorts(1);
  const dev = start(t, folderOf(t), ['--nodes', '1', '--port', `${port}`, '--json']);
  const ready = await dev.next(isReady);
  const [node] = ready.nodes as { url: string }[];
  const call = callLongTask(String(ready.mcp), await openSession(String(ready.mcp))).catch(() => undefined);
  const ending = dev.next(({ event, text }) => event === 'note' && String(text).startsWith('closing sessions'));
  dev.child.kill('SIGINT');
  await ending;
  dev.child.kill('SIGINT');
  assert.deepEqual(await once(dev.child, 'exit'), [130, null]);
  await call;
  await until(async () => !(await answersAt(node!.url)));
});

test('it ends with npm’s shell, which passes no signals on, and when a pipe to its standard input closes', async (t) => {
  const folder = folderOf(t);
  const [one, two] = await freePorts(2);
  const argsOf = (port: number | undefined): string[] => ['--nodes', '1', '--port', `${port}`, '--json'];
  const line = [process.execPath, '--import', 'tsx', MOORING, 'dev', ...argsOf(one)]
    .map((word) => `'${word}'`)
    .join(' ');
  const env = { ...process.env, XDG_RUNTIME_DIR: folder };
  const shell = spawn('/bin/sh', ['-c', `${line}; true`], {
    env: { ...env, npm_command: 'run' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ofShell = follow(t, folder, shell);
  const piped = follow(
    t,
    folder,
    spawn(process.execPath, ['--import', 'tsx', MOORING, 'dev', ...argsOf(two)], { env, stdio: 'pipe' }),
  );
  for (const { next } of [ofShell, piped]) {
    const { pid, router } = await next(isReady);
    t.after(() => isAlive(Number(pid)) && process.kill(Number(pid), 'SIGKILL'));
    if (Number(pid) === piped.child.pid) piped.child.stdin!.end();
    else shell.kill('SIGTERM');
    await until(() => !isAlive(Number(pid)));
    assert.equal(await answersAt(String(router)), false);
  }
  assert.equal(piped.child.exitCode, 0);
});

test('a standard input that is closed from the start has no effect', async (t) => {
  const folder = folderOf(t);
  const [port] = await freePorts(1);
  const args = ['--import', 'tsx', MOORING, 'dev', '--nodes', '1', '--port', `${port}`, '--json'];
  const child = spawn(process.execPath, args, { env: { ...process.env, XDG_RUNTIME_DIR: folder }, stdio: 'pipe' });
  const dev = follow(t, folder, child);
  child.stdin.end();
  await dev.next(isReady);
  const answered = await dev.command('nodes');
  assert.match(answered.out, /n1 {2}up/);
});

for (const [what, args, code, said] of [
  ['a host that others can reach', ['--host', '0.0.0.0'], 2, /--host 0\.0\.0\.0 is refused/],
  ['an unknown action', ['explode'], 2, /there is no action "explode"/],
  ['a topology that is not there', ['--topology', '/nowhere.yaml'], 1, /nowhere\.yaml cannot be read/],
  [
    'a server that is not there',
    ['--server', '/nowhere.ts', '--nodes', '1', '--port', '18080'],
    1,
    /there is no file \/nowhere\.ts; --server takes a module/,
  ],
] as const)
  test(`${what} ends with ${code} and says why`, async (t) => {
    const child = run(folderOf(t), [...args, '--json']);
    const [errors, [exit]] = await Promise.all([textOf(child.stderr!), once(child, 'close')]);
    assert.match(errors, said);
    assert.equal(exit, code);
  });
