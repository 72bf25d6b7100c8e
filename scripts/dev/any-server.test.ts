import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { freePorts } from '../../shared/free-ports.ts';
import { noTraefik } from '../../shared/traefik-binary.ts';
import { isAlive, until } from '../cluster/test-contract.ts';
import { openSession, ping } from '../cluster/test-session.ts';
import { folderOf, follow, isReady, MOORING, type Running, run, start, textOf } from './test-dev.ts';

const INSTANCE = [
  process.execPath,
  '--import',
  import.meta.resolve('tsx/esm'),
  fileURLToPath(new URL('../cluster/test-instance.ts', import.meta.url)),
];
/** As npx starts a server: as the child of a process that passes no signals on. */
const AS_CHILD = ['/bin/sh', '-c', '"$0" "$@"; true', ...INSTANCE];

type Instance = { readonly id: string; readonly node: string; readonly url: string; readonly pid: number };

/** The server itself reports its pid, whatever has started it. */
const serverPid = async ({ url }: Instance): Promise<number> =>
  Number((await fetch(new URL('/pid', url))).headers.get('x-pid'));

const startWith = async (t: TestContext, command: readonly string[], options: readonly string[] = []) => {
  const [port] = await freePorts(1);
  return start(t, folderOf(t), ['--json', '--nodes', '2', '--port', `${port}`, ...options, '--', ...command]);
};

const readyOf = async (dev: Running) => {
  const { mcp, nodes, instances } = await dev.next(isReady);
  return { mcp: String(mcp), nodes: nodes as readonly Instance[], instances: instances as readonly Instance[] };
};

const sessionAt = async (mcp: string, node: string) => {
  for (;;) {
    const session = await openSession(mcp);
    if (session.node === node) return session;
  }
};

for (const [proxy, options, skip] of [
  ['the router', [], false],
  ['Traefik', ['--traefik'], noTraefik()],
] as const)
  test(`${proxy} in front of any server: servers get their ports, and start and stop with their nodes`, {
    skip,
  }, async (t) => {
    // Its port is in a word of its own, within other text, and in the environment.
    const dev = await startWith(
      t,
      [...AS_CHILD, '--port={port}', '--path', '/its/own', '--late', '1200'],
      [...options, '--path', '/its/own'],
    );
    const waiting = await dev.next(({ event }) => event === 'waiting');
    assert.deepEqual([waiting.instance, waiting.node], [`${waiting.node}-server`, waiting.node]);
    assert.match(String(waiting.line), /^downloading, \d+ left/);
    const { mcp, nodes, instances } = await readyOf(dev);
    assert.deepEqual(
      [instances.map(({ node }) => node), nodes.map(({ id }) => id)],
      [
        ['n1', 'n2'],
        ['n1', 'n2'],
      ],
    );
    const session = await sessionAt(mcp, 'n2');
    assert.match(session.id, /^n2\./);
    for (let i = 0; i < 4; i++) assert.deepEqual(await ping(mcp, session), { status: 200, node: 'n2' });
    const killed = await serverPid(instances[1]!);
    assert.match((await dev.command('kill', 'n2')).out, /^n2 was killed/);
    await until(() => !isAlive(killed));
    await until(async () => (await ping(mcp, session)).status === 404);
    assert.equal((await dev.command('restart', 'n2')).code, 0);
    await sessionAt(mcp, 'n2');
    const pids = await Promise.all(instances.map(serverPid));
    dev.child.kill('SIGINT');
    assert.deepEqual(await once(dev.child, 'exit'), [0, null]);
    await until(() => !pids.some(isAlive));
  });

test('a server that dies is reported with its last lines and restarted; its sessions are gone', async (t) => {
  const dev = await startWith(t, INSTANCE);
  const {
    mcp,
    instances: [first],
  } = await readyOf(dev);
  const session = await sessionAt(mcp, 'n1');
  const [down, up] = (['down', 'up'] as const).map((state) =>
    dev.next(({ event, ...of }) => event === 'instance' && of.state === state),
  );
  process.kill(first!.pid, 'SIGKILL');
  const { detail, instance } = (await down) as unknown as { detail: string; instance: string };
  assert.equal(instance, 'n1-server');
  assert.match(detail, /^ended by SIGKILL; it restarts in 250 ms; its last lines:\nlistening at 127\.0\.0\.1:\d+/);
  await up;
  await until(async () => (await ping(mcp, session)).status === 404);
  await sessionAt(mcp, 'n1');
});

test('a server that ends before it answers ends the command with 1 and its last lines', async (t) => {
  const dev = run(folderOf(t), ['--json', '--nodes', '1', '--', ...INSTANCE, '--fail', 'no module named mcp']);
  const [errors, [code]] = await Promise.all([textOf(dev.stderr!), once(dev, 'exit')]);
  assert.match(errors, /^n1-server ended with code 3 before it was ready\n {2}no module named mcp\n$/);
  assert.equal(code, 1);
});

test('arguments after -- are never an action, and are not interpreted by a shell', async (t) => {
  for (const command of [
    ['drain', 'n2'],
    ['exit', '0'],
  ]) {
    const dev = run(folderOf(t), ['--json', '--nodes', '1', '--', ...command]);
    const [errors, [code]] = await Promise.all([textOf(dev.stderr!), once(dev, 'exit')]);
    assert.match(errors, new RegExp(`n1-server ended with code 127 before it was ready\\n.*${command[0]}: not found`));
    assert.equal(code, 1);
  }
});

test('Ctrl-C ends it while it waits for a server, however long that takes', async (t) => {
  const dev = await startWith(t, [...AS_CHILD, '--late', '600000']);
  const { line } = await dev.next(({ event }) => event === 'waiting');
  const [, pid] = /pid (\d+)/.exec(String(line)) ?? [];
  dev.child.kill('SIGINT');
  assert.deepEqual(await once(dev.child, 'exit'), [0, null]);
  await until(() => !isAlive(Number(pid)));
});

test('kill -9 leaves neither the server nor its children behind', async (t) => {
  const dev = await startWith(t, AS_CHILD);
  const pids = await Promise.all((await readyOf(dev)).instances.map(serverPid));
  assert.equal(pids.filter(isAlive).length, 2);
  dev.child.kill('SIGKILL');
  await until(() => !pids.some(isAlive));
});

/** npm takes the first `--` for itself, wherever it is. */
test('through npm: options before --, the command after it; without -- the words are not a command', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'npm-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const [node, ...loader] = INSTANCE.slice(0, 3);
  const script = [node, ...loader, MOORING, 'dev'].map((word) => `'${word}'`).join(' ');
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, scripts: { dev: script } }));
  const npm = (...words: string[]): ChildProcess =>
    spawn('npm', ['run', '--silent', 'dev', ...words], {
      cwd: folder,
      env: { ...process.env, XDG_RUNTIME_DIR: folder, NODE_NO_WARNINGS: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  const [port] = await freePorts(1);
  const dev = follow(t, folder, npm('--', '--json', '--nodes', '1', '--port', `${port}`, '--', ...INSTANCE));
  const pid = await serverPid((await readyOf(dev)).instances[0]!);
  dev.child.kill('SIGKILL');
  await until(() => !isAlive(pid));
  const bare = npm('--', 'python', 'server.py', '--port', '{port}');
  const [errors] = await Promise.all([textOf(bare.stderr!), once(bare, 'exit')]);
  assert.match(
    errors,
    /there is no action "python".*\n.*another -- before the command of your own server: npm run dev -- -- python server\.py/,
  );
});
