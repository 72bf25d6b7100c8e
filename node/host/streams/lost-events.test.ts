/** What a client learns about messages that were dropped before it came back. */
import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import test, { type TestContext } from 'node:test';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { defineServer } from '../../mcp/open-session.ts';
import { ask, call, eventsOf, open, openSession, testClient, testNode, textOf } from '../../test-bench.ts';

type Event = { id?: string; data?: string };

const messageOf = (event: Event | undefined) => JSON.parse(event?.data || '{}');

/** Reads this many events, then disconnects like a client that lost its network. */
const take = async (answer: Awaited<ReturnType<typeof open>>, count: number): Promise<Event[]> => {
  const taken: Event[] = [];
  for await (const event of eventsOf(answer)) if (taken.push(event) === count) break;
  answer.destroy();
  return taken;
};

const resume = async (node: { url: string }, session: string, last: Event | undefined): Promise<Event[]> => {
  const answer = await open(node, { method: 'GET', session, headers: { 'last-event-id': last?.id ?? '' } });
  return take(answer, Number.POSITIVE_INFINITY);
};

test('when 600 events are cut after 10, the newest are resumed with the answer, after a message that says how many are lost', async (t) => {
  const node = await testNode(t);
  const session = await openSession(node);
  const before = await take(await open(node, { session, body: call('notify', { n: 600 }) }), 11);
  await node.table.quiet();
  const [note, ...after] = await resume(node, session, before.at(-1));
  const { method, params } = messageOf(note);
  const lost = Number(/^(\d+) events of this stream are lost/.exec(params.data)?.[1]);
  assert.deepEqual([method, params.level], ['notifications/message', 'warning']);
  assert.equal(messageOf(after.at(-1)).id, 7);
  assert.deepEqual(
    after.slice(0, -1).map((event) => messageOf(event).params.data),
    Array.from({ length: 590 - lost }, (_, i) => `post-${10 + lost + i}`),
  );
  assert(lost < 590);
  assert.equal((await resume(node, session, note)).length, after.length);
});

test("300 events of the GET stream do not push a dropped call's answer out", async (t) => {
  const node = await testNode(t);
  const session = await openSession(node);
  const task = call('long_task', { steps: 1, stepMs: 20 }, 'slow');
  const dropped = await take(await open(node, { session, body: task }), 1);
  await node.table.quiet();
  for (let i = 0; i < 3; i++) await ask(node, { session, body: call('notify', { n: 100 }, i) });
  assert.equal(messageOf((await resume(node, session, dropped[0])).at(-1)).id, 'slow');
});

/** A call of the SDK's own client for this many characters, whose connection is cut while it runs. */
const callAndCut = async (t: TestContext, n: number): Promise<unknown> => {
  const happening = new EventEmitter();
  const cut = once(happening, 'cut');
  const createServer = defineServer(() => {
    const server = new McpServer({ name: 'sized', version: '1' });
    server.registerTool('much', { inputSchema: { n: z.number() } }, async ({ n }) => {
      await cut;
      return { content: [{ type: 'text', text: 'x'.repeat(n) }] };
    });
    return server;
  });
  const node = await testNode(t, { createServer });
  const { client } = await testClient(t, node.url);
  const primed = once(happening, 'primed');
  const options = { onresumptiontoken: () => happening.emit('primed') };
  const answer = client.callTool({ name: 'much', arguments: { n } }, undefined, options);
  await Promise.race([primed, answer]);
  node.server.closeAllConnections();
  happening.emit('cut');
  return answer;
};

test("the SDK's own client gets an answer of 1.1 MB whose connection was cut", async (t) => {
  assert.equal(textOf(await callAndCut(t, 1_100_000)).length, 1_100_000);
});

test("an answer too large to be kept ends the call of the SDK's own client with an error at once", async (t) => {
  await assert.rejects(callAndCut(t, 5_000_000), /The answer is lost/);
});
