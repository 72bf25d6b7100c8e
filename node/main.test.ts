import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import test, { type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startEmbeddedRedis } from '../shared/registry/embedded/server.ts';
import { ask, call, eventsOf, initialize, open, openSession, testNode } from './test-bench.ts';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));

type Started = { readonly child: ChildProcess; readonly url: string; readonly exit: Promise<number | null> };

const spawnMain = (t: TestContext, args: readonly string[]): ChildProcess => {
  const child = spawn(process.execPath, ['--import', 'tsx', MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  t.after(() => child.kill('SIGKILL'));
  return child;
};

const start = async (t: TestContext, ...args: string[]): Promise<Started> => {
  const redis = await startEmbeddedRedis();
  t.after(() => redis.stop());
  const common = ['--json', '--port', '0', '--redis', redis.url, '--log-level', 'error'];
  const child = spawnMain(t, [...common, ...args]);
  const exit = once(child, 'exit').then(([code]) => code as number | null);
  const [line] = (await once(createInterface({ input: child.stdout! }), 'line')) as [string];
  return { child, exit, url: (JSON.parse(line) as { url: string }).url };
};

test('SIGTERM lets the running call finish, and ends with 0', async (t) => {
  const node = await start(t, '--stop-delay-seconds', '0');
  const session = await openSession(node);
  const running = await open(node, { session, body: call('long_task', { steps: 4, stepMs: 50 }) });
  node.child.kill('SIGTERM');
  const events = [];
  for await (const event of eventsOf(running)) events.push(event);
  assert.match(events.at(-1)?.data ?? '', /done: step 4 of 4/);
  assert.equal(await node.exit, 0);
});

test('a second signal ends at once', async (t) => {
  const node = await start(t, '--stop-delay-seconds', '60');
  node.child.kill('SIGTERM');
  while ((await ask(node, { method: 'GET', path: '/readyz' })).status === 200) await new Promise(setImmediate);
  node.child.kill('SIGTERM');
  assert.equal(await node.exit, 1);
});

test("neither a rejection nor an exception of the server's code ends the process", async (t) => {
  const server = fileURLToPath(new URL('./test-careless-server.ts', import.meta.url));
  const node = await start(t, '--server', server);
  const session = await openSession(node);
  for (let i = 0; i < 3; i++) assert.equal((await ask(node, { session, body: call('careless', {}, i) })).status, 200);
  assert.equal((await ask(node, { method: 'GET', path: '/healthz' })).status, 200);
  const { text } = await ask(node, { method: 'GET', path: '/metrics' });
  assert.match(text, /nodejs_eventloop_lag_seconds/);
  assert.match(text, /mooring_sessions\{node="n1"\} 1/);
});

test("a module's authenticator and its routes stand before and beside its sessions", async (t) => {
  const node = await start(t, '--server', fileURLToPath(new URL('./test-own-auth.ts', import.meta.url)));
  const none = await ask(node, { body: initialize() });
  assert.deepEqual([none.status, none.headers['www-authenticate']], [401, 'Bearer error="invalid_token"']);
  const { status } = await ask(node, { body: initialize(), headers: { authorization: 'Bearer ada' } });
  assert.equal(status, 200);
  const metadata = await ask(node, { method: 'GET', path: '/.well-known/oauth-protected-resource' });
  assert.deepEqual([metadata.status, metadata.json.resource], [200, 'http://localhost/mcp']);
});

test('a node runs in front of another server, and warns about unreachable settings', async (t) => {
  const server = await testNode(t, { name: 'server' });
  const upstream = `${server.url}/mcp`;
  const url = 'http://n1.internal:8080';
  const node = await start(t, '--upstream', upstream, '--url', url, '--log-level', 'warn', '--stop-delay-seconds', '0');
  const warned = once(createInterface({ input: node.child.stderr! }), 'line');
  const session = await openSession(node);
  assert.match(session, /^n1\.server\./);
  assert.equal((await ask(node, { session, body: call('whoami') })).status, 200);
  assert.match(String(await warned), /a node that listens on 127\.0\.0\.1 cannot be reached from other machines/);
  node.child.kill('SIGTERM');
  assert.deepEqual([await node.exit, server.table.size], [0, 0]);
});

for (const [what, args, code, said] of [
  ['an unknown flag', ['--nope'], 2, /--nope/],
  ['a server that is not there', ['--server', '/nowhere.ts'], 1, /nowhere/],
  ['a Redis URL that is none', ['--redis', 'http://x'], 1, /Redis URL/],
  ['a topology that is not there', ['--announce', 'nosuch.yaml'], 1, /there is no topology nosuch\.yaml/],
  ['a topology that is none', ['--announce', 'package.json'], 1, /package\.json:2:\d+[\s\S]*help: /],
  ['a topology of misroutes that is not there', ['--topology', 'nosuch.yaml'], 1, /there is no topology nosuch\.yaml/],
] as const)
  test(`${what} ends with ${code} and says what is wrong`, async (t) => {
    const child = spawnMain(t, args);
    let errors = '';
    child.stderr?.on('data', (chunk) => {
      errors += chunk;
    });
    const [exit] = await once(child, 'close');
    assert.equal(exit, code);
    assert.match(errors, said);
  });
