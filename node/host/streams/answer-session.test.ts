import assert from 'node:assert/strict';
import { once } from 'node:events';
import test from 'node:test';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import type { CreateServer } from '../../mcp/open-session.ts';
import { ask, call, eventsOf, open, openSession, testNode } from '../../test-bench.ts';

/** Sends `count` notes of a size on the call's stream, with different pauses in between. */
const talkative =
  (count: number, size = 0): CreateServer =>
  () => {
    const server = new McpServer({ name: 'talkative', version: '1' }, { capabilities: { logging: {} } });
    server.registerTool('talk', {}, async ({ requestId }) => {
      for (let i = 0; i < count; i++) {
        const params = { level: 'info' as const, data: { i, filler: 'x'.repeat(size) } };
        await server.server.notification({ method: 'notifications/message', params }, { relatedRequestId: requestId });
        if (i % 7 === 0) await new Promise(setImmediate);
        if (i % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
      }
      return { content: [{ type: 'text', text: 'done' }] };
    });
    return server;
  };

test('a stream that keeps breaking while a tool sends messages loses and repeats nothing', async (t) => {
  const node = await testNode(t, {
    createServer: talkative(2000),
    eventLimits: { maxEvents: 5000, maxBytes: 2 ** 24 },
  });
  const session = await openSession(node);
  let answer = await open(node, { session, body: call('talk') });
  const got: number[] = [];
  let [last, over, drops] = ['', false, 0];
  while (!over) {
    let taken = 0;
    for await (const { id, data } of eventsOf(answer)) {
      last = id ?? last;
      const message = data ? JSON.parse(data) : {};
      if (message.params) got.push(message.params.data.i);
      if (message.result) over = true;
      if (++taken === 40) break;
    }
    answer.destroy();
    if (over) break;
    drops++;
    answer = await open(node, { method: 'GET', session, headers: { 'last-event-id': last } });
    assert.equal(answer.statusCode, 200);
  }
  assert(drops > 10);
  assert.deepEqual(
    got,
    Array.from({ length: 2000 }, (_, i) => i),
  );
});

test('a client that stops reading is cut off before it uses much memory, and others are not delayed', async (t) => {
  const node = await testNode(t, { createServer: talkative(100, 1024 * 1024) });
  const session = await openSession(node);
  const stuck = await open(node, { session, body: call('talk') });
  stuck.pause();
  const cut = once(stuck.socket, 'close');
  const other = await openSession(node);
  assert.equal((await ask(node, { session: other, body: { jsonrpc: '2.0', id: 1, method: 'ping' } })).status, 200);
  while ([...node.table.find(session)!.openAnswers].length > 0) await new Promise(setImmediate);
  stuck.on('error', () => undefined).resume();
  await cut;
  assert.equal(stuck.complete, false);
  assert.equal((await ask(node, { session, body: { jsonrpc: '2.0', id: 1, method: 'ping' } })).status, 200);
});
