import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import test from 'node:test';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { createMemoryStore } from '../shared/registry/memory.ts';
import { defineServer } from './mcp/open-session.ts';
import { ask, call, eventsOf, initialize, MCP_HEADERS, open, openSession, testNode } from './test-bench.ts';

test('a draining node is not ready, refuses new sessions with Retry-After and serves those it has', async (t) => {
  const node = await testNode(t);
  const session = await openSession(node);
  await node.drain();
  const ready = await ask(node, { method: 'GET', path: '/readyz' });
  assert.deepEqual([ready.status, ready.json.why], [503, 'draining']);
  assert.equal((await ask(node, { method: 'GET', path: '/healthz' })).status, 200);
  const refused = await ask(node, { body: initialize('mine') });
  assert.deepEqual([refused.status, refused.json.id, refused.headers['retry-after']], [503, 'mine', '5']);
  assert.equal((await ask(node, { session, body: call('whoami') })).status, 200);
  assert.deepEqual(
    [...node.store.nodes.values()].map(({ draining }) => draining),
    [true],
  );
});

test('stopping lets the running call finish, ends streams cleanly and leaves the registry', async (t) => {
  const node = await testNode(t);
  const session = await openSession(node);
  const stream = await open(node, { method: 'GET', session });
  const running = await open(node, { session, body: call('long_task', { steps: 3, stepMs: 50 }) });
  const streamed: string[] = [];
  stream.on('data', (chunk: string) => streamed.push(chunk));
  const streamEnd = once(stream, 'end');
  const stopped = node.stop();
  const events = [];
  for await (const event of eventsOf(running)) events.push(event);
  assert.match(events.at(-1)?.data ?? '', /done: step 3 of 3/);
  await streamEnd;
  assert.match(streamed.join(''), /^retry: \d+\n\n$/m);
  await stopped;
  assert.deepEqual([node.store.nodes.size, node.table.size], [0, 0]);
  await assert.rejects(ask(node, { method: 'GET', path: '/healthz' }), { code: 'ECONNREFUSED' });
});

test('a session that never gets its server does not keep a node from stopping', { timeout: 120_000 }, async (t) => {
  let begun = (): void => undefined;
  const opening = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const createServer = (): Promise<never> => {
    begun();
    return new Promise(() => undefined);
  };
  const node = await testNode(t, { graceMs: 50, createServer });
  ask(node, { body: initialize() }).catch(() => undefined);
  await opening;
  await node.stop();
  assert.equal(node.store.nodes.size, 0);
});

test('sessions of a stopped node are owner-gone for an hour, and sessions that clients had closed are unknown', async (t) => {
  let now = Date.now();
  const store = createMemoryStore(() => now);
  const [n1, n2] = [await testNode(t, { name: 'n1', store }), await testNode(t, { name: 'n2', store })];
  const [left, closed] = [await openSession(n1), await openSession(n1)];
  await ask(n1, { session: closed, method: 'DELETE' });
  await n1.stop();
  const told = async (session: string): Promise<unknown> => {
    const { status, json } = await ask(n2, { session, body: call('whoami') });
    return [status, json.error.data.reason, json.error.data.owner];
  };
  assert.deepEqual(await told(left), [404, 'owner-gone', 'n1']);
  assert.deepEqual(await told(closed), [404, 'unknown', undefined]);
  now += 3_600_001;
  assert.deepEqual(await told(left), [404, 'unknown', undefined]);
});

test('a client of a stopping node gets owner-gone', async (t) => {
  const node = await testNode(t, { createServer: wordy });
  const session = await openSession(node);
  const unread = await open(node, { session, body: call('much') });
  const stopped = node.stop();
  while (node.table.size > 0) await new Promise(setImmediate);
  const { status, json } = await ask(node, { session, body: call('much') });
  assert.deepEqual([status, json.error.data.reason], [404, 'owner-gone']);
  unread.destroy();
  await stopped;
});

test('a call that outlasts the grace period is cut off, and the node stops anyway', async (t) => {
  const node = await testNode(t, { graceMs: 50 });
  const session = await openSession(node);
  const running = await open(node, { session, body: call('long_task', { steps: 1, stepMs: 60_000 }) });
  running.resume();
  const ended = once(running, 'end');
  await node.stop();
  await ended;
  assert.equal(node.table.running, 0);
});

test('between unready and the end balancers have time to notice', async (t) => {
  const node = await testNode(t, { stopDelayMs: 150 });
  const stopped = node.stop();
  while ((await ask(node, { method: 'GET', path: '/readyz' })).status === 200) await new Promise(setImmediate);
  assert.equal((await ask(node, { method: 'GET', path: '/healthz' })).headers.connection, 'close');
  await stopped;
});

test('stopping twice has no further effect, and a missing registry does not delay it', async (t) => {
  const node = await testNode(t);
  await openSession(node);
  node.store.available = false;
  await Promise.all([node.stop(), node.stop()]);
  assert.equal(node.table.size, 0);
});

/** More than the buffers of two sockets hold: the rest stays in the node until the client reads. */
const MUCH = 16 * 1024 * 1024;

const wordy = defineServer(() => {
  const server = new McpServer({ name: 'wordy', version: '1' });
  server.registerTool('much', {}, () => ({ content: [{ type: 'text', text: 'x'.repeat(MUCH) }] }));
  return server;
});

test('a written answer arrives completely, even if the client only starts to read when the node stops', async (t) => {
  const node = await testNode(t, { createServer: wordy });
  const session = await openSession(node);
  const unread = await open(node, { session, body: call('much') });
  const stopped = node.stop();
  while (node.table.size > 0) await new Promise(setImmediate);
  const text = (await unread.toArray()).join('');
  assert.ok(text.length > MUCH);
  await stopped;
});

test('clients that read nothing, or never end their request, are cut off and do not keep the node from stopping', {
  timeout: 120_000,
}, async (t) => {
  const node = await testNode(t, { createServer: wordy });
  const session = await openSession(node);
  const unread = await open(node, { session, body: call('much') });
  const unsent = request(`${node.url}/mcp`, { method: 'POST', headers: MCP_HEADERS, agent: false });
  unsent.write('{');
  const cut = assert.rejects(once(unsent, 'response'), { code: 'ECONNRESET' });
  await node.stop();
  await assert.rejects(unread.toArray(), { code: 'ECONNRESET' });
  await cut;
});
