import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import test from 'node:test';
import { createLog } from '../../shared/log.ts';
import { createMemoryStore, MemoryRegistry } from '../../shared/registry/memory.ts';
import type { SessionRegistry } from '../../shared/registry/session-registry.ts';
import { steadyNow } from '../../shared/steady-clock.ts';
import { ask, call, initialize, open, openSession, testClient, testNode, textOf } from '../test-bench.ts';

/** Names of the registry's methods, in the order of the calls. */
const watched = (registry: SessionRegistry, calls: string[]): SessionRegistry =>
  new Proxy(registry, {
    get: (target, name: keyof SessionRegistry) => {
      const method = target[name];
      return (...args: unknown[]) => {
        calls.push(name);
        return (method as (...given: unknown[]) => unknown).apply(target, args);
      };
    },
  });

test('a session costs the registry one write when it opens, one delete when it closes and no reads', async (t) => {
  const calls: string[] = [];
  const store = createMemoryStore(Date.now);
  const node = await testNode(t, { joinRegistry: (self) => watched(new MemoryRegistry(store, self), calls) });
  const { client, transport } = await testClient(t, node.url);
  for (let i = 1; i <= 20; i++) assert.equal(JSON.parse(textOf(await client.callTool({ name: 'whoami' }))).count, i);
  await transport.terminateSession();
  assert.deepEqual(
    calls.filter((name) => !['announce', 'onMark', 'touch'].includes(name)),
    ['open', 'close'],
  );
});

test('a session that is used is renewed in the registry', async (t) => {
  const calls: string[] = [];
  const store = createMemoryStore(Date.now);
  const node = await testNode(t, { joinRegistry: (self) => watched(new MemoryRegistry(store, self), calls) });
  const session = await openSession(node);
  await ask(node, { session, body: call('whoami') });
  assert(calls.includes('touch'));
});

test('without the registry sessions open, work and close', async (t) => {
  const node = await testNode(t);
  node.store.available = false;
  const session = await openSession(node);
  assert.equal((await ask(node, { session, body: call('whoami') })).status, 200);
  assert.equal((await ask(node, { method: 'GET', path: '/healthz' })).json.registry, 'degraded');
  assert.equal((await ask(node, { session, method: 'DELETE' })).status, 200);
});

test('a session is idle only after its last stream has ended', async (t) => {
  let now = 1_000_000;
  const node = await testNode(t, { now: () => now, idleMs: 60_000 });
  const [streaming, idle] = [await openSession(node), await openSession(node)];
  const stream = await open(node, { method: 'GET', session: streaming });
  now += 60_000;
  await node.table.closeIdle(now);
  assert.deepEqual([node.table.find(streaming)?.id, node.table.find(idle)], [streaming, undefined]);
  stream.destroy();
  while (node.table.find(streaming)!.openAnswers.size > 0) await new Promise(setImmediate);
  now += 59_999;
  await node.table.closeIdle(now);
  assert.equal(node.table.size, 1);
  await node.table.closeIdle(now + 1);
  assert.deepEqual([node.table.size, node.store.sessions.size], [0, 0]);
});

test('a clock set ahead by an hour ends no session, and one set back does not stop new listings', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const node = await testNode(t, { idleMs: 60_000 });
  const session = await openSession(node);
  const now = Date.now();
  const clock = t.mock.method(Date, 'now', () => now + 3_600_000);
  t.mock.timers.tick(15_000);
  assert.equal((await ask(node, { session, body: call('whoami') })).status, 200);
  const listed = async () =>
    (await ask(node, { path: '/graphql', body: { query: '{ sessions { id } }' } })).json.data.sessions.length;
  assert.equal(await listed(), 1);
  clock.mock.mockImplementation(() => now - 3_600_000);
  await ask(node, { session, method: 'DELETE' });
  while ((await listed()) === 1) await new Promise(setImmediate);
});

test("the record goes even when the session's own close fails", async (t) => {
  const { createServer } = await import('../example/server.ts');
  const node = await testNode(t, {
    createServer: async (context) => {
      const server = await createServer(context);
      return Object.assign(server, { close: () => Promise.reject(new Error('stuck')) });
    },
  });
  const session = await openSession(node);
  assert.equal((await ask(node, { session, method: 'DELETE' })).status, 200);
  assert.deepEqual([node.table.size, node.store.sessions.size], [0, 0]);
});

test('a server that closes itself closes its session', async (t) => {
  const { createServer } = await import('../example/server.ts');
  const servers: { close(): Promise<void> }[] = [];
  const node = await testNode(t, {
    createServer: async (context) => {
      const server = await createServer(context);
      servers.push(server);
      return server;
    },
  });
  await openSession(node);
  await servers[0]!.close();
  assert.deepEqual([node.table.size, node.store.sessions.size], [0, 0]);
});

test('resources of a session are notified when it ends', async (t) => {
  const { createServer } = await import('../example/server.ts');
  let ended: AbortSignal | undefined;
  const node = await testNode(t, {
    createServer: (context) => {
      ended = context.ended;
      return createServer(context);
    },
  });
  const session = await openSession(node);
  assert.equal(ended?.aborted, false);
  await ask(node, { session, method: 'DELETE' });
  assert.equal(ended?.aborted, true);
});

test('a missing session is one line in the log, with the reason and no usable id', async (t) => {
  const lines: Record<string, unknown>[] = [];
  const destination = new Writable({
    write: (chunk, _, done) => {
      lines.push(JSON.parse(String(chunk)));
      done();
    },
  });
  const store = createMemoryStore(Date.now);
  const [n1, n2] = [
    await testNode(t, { name: 'n1', store }),
    await testNode(t, { name: 'n2', store, log: createLog({ destination }) }),
  ];
  const session = await openSession(n1);
  await ask(n2, { session, body: call('whoami') });
  const told = lines.map(({ reason, owner, node, session: id }) => ({ reason, owner, node, id }));
  assert.deepEqual(told, [{ reason: 'wrong-node', owner: 'n1', node: 'n2', id: `${session.slice(0, 11)}…` }]);
});

const COUNT = Number(process.env.ABANDONED_SESSIONS ?? 300);

test(`${COUNT} sessions, opened and abandoned, leave no session, socket or record`, { timeout: 600_000 }, async (t) => {
  const node = await testNode(t, { maxSessions: COUNT, idleMs: 60_000 });
  const abandon = async (): Promise<void> => {
    const answer = await ask(node, { body: initialize() });
    const session = answer.headers['mcp-session-id'] as string;
    (await open(node, { method: 'GET', session })).destroy();
    (await open(node, { session, body: call('notify', { n: 2 }) })).destroy();
  };
  for (let i = 0; i < COUNT; i += 10) await Promise.all(Array.from({ length: 10 }, abandon));
  assert.equal(node.table.size, COUNT);
  const connections = () => new Promise<number>((resolve) => node.server.getConnections((_, count) => resolve(count)));
  while ((await connections()) > 0) await new Promise(setImmediate);
  await node.table.quiet();
  await node.table.closeIdle(steadyNow() + 60_000);
  assert.deepEqual([node.table.size, node.store.sessions.size, node.table.running], [0, 0, 0]);
});
