import assert from 'node:assert/strict';
import { once } from 'node:events';
import test, { type TestContext } from 'node:test';
import { McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import type { DrainMark } from '../shared/registry/drain-mark.ts';
import { createMemoryStore } from '../shared/registry/memory.ts';
import { createServer } from './example/server.ts';
import { handles } from './state/handles.ts';
import { ask, call, initialize, nodeName, open, openSession, type TestNode, testNode } from './test-bench.ts';
import { callTool, openBasket } from './test-sessionless.ts';

const N1 = nodeName('n1');

/** As if read by the next heartbeat; resolves when the node has announced its reaction. */
const mark = async (node: TestNode, more: Partial<DrainMark> = {}): Promise<void> => {
  const { boot, url } = node.store.nodes.get(N1)!;
  const whole = { id: 'd1', boot, url, since: 0, by: 'ada@host', settleMs: 0, marginMs: 0, lifted: false, ...more };
  node.store.marks.set(N1, whole);
  await beat(node);
};
const beat = async (node: TestNode): Promise<void> => {
  const { draining, refusing, drain } = node.store.nodes.get(N1)!;
  await node.registry.announce({ draining, refusing, ...(drain !== undefined && { drain }) });
  await new Promise(setImmediate);
};
const announced = ({ store }: TestNode) => {
  const { draining, refusing, drain } = store.nodes.get(N1)!;
  return { draining, refusing, drain };
};
const statusOf = async (node: TestNode, path: string): Promise<number> =>
  (await ask(node, { method: 'GET', path })).status;
const opens = async (node: TestNode): Promise<number> => (await ask(node, { body: initialize(1) })).status;

const countsOf = ({ store }: TestNode) => {
  const { sessions, idle } = store.nodes.get(N1)!;
  return { sessions, idle };
};
const ended = async ({ table }: TestNode, session: string): Promise<void> => {
  while (table.find(session)) await new Promise((resolve) => setTimeout(resolve, 5));
};

const draining = async (t: TestContext, more: Partial<DrainMark> = {}): Promise<TestNode> => {
  const node = await testNode(t);
  await mark(node, more);
  return node;
};

test('while a drain settles the node says so, and is ready and takes new sessions', async (t) => {
  const node = await draining(t, { settleMs: 60_000 });
  assert.deepEqual(announced(node), { draining: true, refusing: false, drain: 'd1' });
  assert.deepEqual([await statusOf(node, '/readyz'), await opens(node)], [200, 200]);
});

test('then it is not ready, but still takes new sessions', async (t) => {
  const node = await draining(t, { settleMs: 0, marginMs: 60_000 });
  assert.deepEqual([await statusOf(node, '/readyz'), await opens(node)], [503, 200]);
  assert.equal(announced(node).refusing, false);
});

test('in the end it refuses new sessions, says so, and serves its own', async (t) => {
  const node = await testNode(t);
  const session = await openSession(node);
  await mark(node);
  assert.deepEqual(announced(node), { draining: true, refusing: true, drain: 'd1' });
  assert.deepEqual([await statusOf(node, '/healthz'), await opens(node)], [200, 503]);
  assert.equal((await ask(node, { session, body: call('whoami') })).status, 200);
});

test('/readyz names the mark that the node follows, and the command that lifts it', async (t) => {
  const node = await draining(t, { since: Date.UTC(2026, 0, 2), settleMs: 60_000 });
  const ready = async () => (await ask(node, { method: 'GET', path: '/readyz' })).json.mark;
  const undo = 'npm run undrain -- n1';
  assert.deepEqual(await ready(), { by: 'ada@host', since: '2026-01-02T00:00:00.000Z', undo });
  await mark(node, { lifted: true });
  assert.equal(await ready(), undefined);
});

test('the phases follow each other without further input', async (t) => {
  const node = await draining(t, { settleMs: 20, marginMs: 20 });
  while (!announced(node).refusing) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(await opens(node), 503);
});

test('a node keeps draining when the mark is gone, and opens when it is lifted', async (t) => {
  const node = await draining(t);
  node.store.marks.delete(N1);
  await beat(node);
  assert.equal(await opens(node), 503);
  await mark(node, { lifted: true });
  assert.deepEqual(announced(node), { draining: false, refusing: false, drain: undefined });
  assert.equal(await opens(node), 200);
});

test('with idleMs in the mark it ends sessions that are idle without a stream', async (t) => {
  const node = await testNode(t);
  const listening = await openSession(node);
  const stream = await open(node, { method: 'GET', session: listening });
  t.after(() => stream.destroy());
  const left = await openSession(node);
  await mark(node, { settleMs: 60_000 });
  assert.deepEqual(countsOf(node), { sessions: 2, idle: 1 });
  await mark(node, { id: 'd2', idleMs: 40 });
  await ended(node, left);
  await mark(node, { id: 'd3' });
  assert.deepEqual(countsOf(node), { sessions: 1, idle: 0 });
  assert.equal((await ask(node, { session: left, body: call('whoami') })).json.error.data.reason, 'expired');
  assert.equal((await ask(node, { session: listening, body: call('whoami') })).status, 200);
});

for (const [what, after] of [
  ['a drain that is taken back', { lifted: true }],
  ['a second drain that does not say so', { id: 'd2' }],
] as const)
  test(`${what} ends no more idle sessions`, async (t) => {
    const node = await draining(t, { idleMs: 40, settleMs: 60_000 });
    await mark(node, after);
    const kept = await openSession(node);
    const other = await testNode(t, { store: createMemoryStore(Date.now) });
    await mark(other, { idleMs: 40, settleMs: 60_000 });
    await ended(other, await openSession(other));
    assert.notEqual(node.table.find(kept), undefined);
  });

test('a lifted mark does not reopen a stopping node', async (t) => {
  const node = await testNode(t);
  await node.drain();
  await mark(node, { lifted: true });
  assert.equal(await opens(node), 503);
});

test('it does not report refusing while a session is still being opened', async (t) => {
  const gate = new EventTarget();
  const node = await testNode(t, {
    createServer: async (context) => {
      await once(gate, 'open');
      return createServer(context);
    },
  });
  const opening = opens(node);
  while (node.table.opening === 0) await new Promise(setImmediate);
  await mark(node);
  assert.deepEqual([announced(node).draining, announced(node).refusing], [true, false]);
  gate.dispatchEvent(new Event('open'));
  assert.equal(await opening, 200);
  while (!announced(node).refusing) await new Promise(setImmediate);
  assert.equal(node.store.nodes.get(N1)!.sessions, 1);
});

test('it does not report refusing while a handle is still being opened', async (t) => {
  const gate = new EventTarget();
  const rooms = handles<string>();
  const node = await testNode(t, {
    createServer: (context) => {
      const server = new McpServer({ name: 'rooms', version: '1' });
      const { open: openRoom } = rooms(context);
      server.registerTool('open_room', { inputSchema: z.object({}) }, async (_, asked) => {
        const room = await openRoom(() => once(gate, 'open').then(() => 'a room'), asked);
        return { content: [{ type: 'text', text: room }] };
      });
      return server;
    },
  });
  const opening = callTool(node, 'open_room');
  while (node.state.waitedFor === 0) await new Promise(setImmediate);
  await mark(node);
  assert.deepEqual(announced(node), { draining: true, refusing: false, drain: 'd1' });
  gate.dispatchEvent(new Event('open'));
  assert.equal((await opening).status, 200);
  while (!announced(node).refusing) await new Promise(setImmediate);
  assert.equal(node.store.nodes.get(N1)?.sessions, 1);
  const refused = (await callTool(node, 'open_room')).json.result;
  assert.equal(refused.isError, true);
  assert.match(refused.content[0].text, /^draining: /);
});

test('with idleMs in the mark it ends handles that are not used', async (t) => {
  const node = await testNode(t);
  const basket = await openBasket(node);
  await mark(node, { settleMs: 60_000 });
  assert.deepEqual(countsOf(node), { sessions: 1, idle: 1 });
  await mark(node, { id: 'd2', idleMs: 40 });
  while (node.state.sizeOf('handle') > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  const gone = (await callTool(node, 'add_to_basket', { basket, item: 'pear' })).json.result;
  assert.match(gone.content[0].text, /^expired: /);
});
