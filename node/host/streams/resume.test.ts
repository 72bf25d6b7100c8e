import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import test, { type TestContext } from 'node:test';
import { ask, call, eventsOf, open, openSession, type TestNode, testClient, testNode } from '../../test-bench.ts';

type Event = { id?: string; data?: string };

const NOTES = 10;
const EXPECTED = Array.from({ length: NOTES }, (_, i) => `post-${i}`);

const messageOf = ({ data }: Event) => (data ? JSON.parse(data) : undefined);
const noteOf = (event: Event): string | undefined => messageOf(event)?.params?.data;

/** Reads this many events, then disconnects like a client that lost its network. */
const take = async (answer: IncomingMessage, count: number): Promise<Event[]> => {
  const taken: Event[] = [];
  if (count > 0)
    for await (const event of eventsOf(answer)) {
      taken.push(event);
      if (taken.length === count) break;
    }
  answer.destroy();
  return taken;
};

const resume = (node: TestNode, session: string, last: string | undefined) =>
  open(node, { method: 'GET', session, headers: last === undefined ? {} : { 'last-event-id': last } });

const readAll = async (answer: IncomingMessage): Promise<Event[]> => {
  const events: Event[] = [];
  for await (const event of eventsOf(answer)) events.push(event);
  return events;
};

// One priming event, 19 notes and the answer.
for (let drop = 1; drop <= 20; drop++)
  test(`a call resumes without loss or repetition if its stream drops after event ${drop}`, async (t) => {
    const node = await testNode(t);
    const session = await openSession(node);
    const answer = await open(node, { session, body: call('notify', { n: 19 }) });
    const before = await take(answer, drop);
    const after = await readAll(await resume(node, session, before.at(-1)?.id));
    const notes = [...before, ...after].map(noteOf).filter((note) => note !== undefined);
    assert.deepEqual(
      notes,
      Array.from({ length: 19 }, (_, i) => `post-${i}`),
    );
    assert.equal(messageOf(after.at(-1)!).id, 7);
  });

for (let drop = 1; drop <= 20; drop++)
  test(`a GET stream resumes without loss or repetition if it drops after event ${drop}`, async (t) => {
    const node = await testNode(t);
    const session = await openSession(node);
    const stream = await open(node, { method: 'GET', session });
    await ask(node, { session, body: call('notify', { n: 20 }) });
    const before = await take(stream, drop);
    await ask(node, { session, body: call('notify', { n: 5 }) });
    const rest = 20 - (drop - 1) + 5;
    const after = await take(await resume(node, session, before.at(-1)?.id), rest);
    const expected = [
      ...Array.from({ length: 20 }, (_, i) => `get-${i}`),
      ...Array.from({ length: 5 }, (_, i) => `get-${i}`),
    ];
    assert.deepEqual(
      [...before, ...after].map(noteOf).filter((note) => note !== undefined),
      expected,
    );
  });

test('a call continues when its stream drops, and its answer comes on the resumed stream', async (t) => {
  const node = await testNode(t);
  const session = await openSession(node);
  const answer = await open(node, { session, body: call('long_task', { steps: 5, stepMs: 20 }) });
  const before = await take(answer, 2);
  const after = await readAll(await resume(node, session, before.at(-1)?.id));
  const steps = [...before, ...after].map(noteOf).filter((note) => note !== undefined);
  assert.deepEqual(
    steps,
    [1, 2, 3, 4, 5].map((step) => `step ${step} of 5`),
  );
  assert.match(JSON.stringify(messageOf(after.at(-1)!)), /done: step 5 of 5/);
});

test('a finished stream that is resumed ends after its last event, any number of times', async (t) => {
  const node = await testNode(t);
  const session = await openSession(node);
  const [primed, ...events] = await readAll(await open(node, { session, body: call('notify', { n: 3 }) }));
  for (let i = 0; i < 3; i++) assert.deepEqual(await readAll(await resume(node, session, primed?.id)), events);
  assert.deepEqual(await readAll(await resume(node, session, events.at(-1)?.id)), []);
});

test('events from before or between GET streams are sent even without Last-Event-ID', async (t) => {
  const node = await testNode(t);
  const session = await openSession(node);
  const notify = (n: number) => ask(node, { session, body: call('notify', { n }) });
  await notify(2);
  const first = await take(await resume(node, session, undefined), 3);
  while (node.table.find(session)!.openAnswers.size > 0) await new Promise(setImmediate);
  await notify(3);
  const second = await take(await resume(node, session, undefined), 4);
  assert.deepEqual(first.map(noteOf), [undefined, 'get-0', 'get-1']);
  assert.deepEqual(second.map(noteOf), [undefined, 'get-0', 'get-1', 'get-2']);
});

test('the GET stream begins with an id to resume from, except for clients that do not support it', async (t) => {
  const node = await testNode(t);
  const [primed] = await take(await resume(node, await openSession(node), undefined), 1);
  assert.equal(primed?.data, '');
  const old = await openSession(node, '2025-03-26');
  const stream = await resume(node, old, undefined);
  await ask(node, { session: old, body: call('notify') });
  assert.equal(noteOf((await take(stream, 1))[0]!), 'get-0');
});

test('a second GET stream is a 409, and the first keeps receiving', async (t) => {
  const node = await testNode(t);
  const session = await openSession(node);
  const first = await resume(node, session, undefined);
  for (let i = 0; i < 3; i++) assert.equal((await ask(node, { method: 'GET', session })).status, 409);
  await ask(node, { session, body: call('notify', { n: 3 }) });
  assert.deepEqual((await take(first, 4)).map(noteOf), [undefined, 'get-0', 'get-1', 'get-2']);
});

test('a GET right after an abort, or 100 ms later, never gets 409', async (t) => {
  const node = await testNode(t);
  const session = await openSession(node);
  let last: string | undefined;
  for (let i = 0; i < 40; i++) {
    const stream = await resume(node, session, last);
    assert.equal(stream.statusCode, 200);
    if (i === 0) last = (await take(stream, 1))[0]?.id;
    stream.destroy();
    if (i % 2) await new Promise((resolve) => setTimeout(resolve, 100));
  }
});

test('a client that reconnects before its lost connection is noticed gets its stream', async (t) => {
  const node = await testNode(t);
  const session = await openSession(node);
  const lost = await resume(node, session, undefined);
  node.server.once('request', () => setImmediate(() => lost.destroy()));
  const back = await resume(node, session, undefined);
  assert.equal(back.statusCode, 200);
  back.destroy();
});

test('event ids that are another session’s, forged or too old resume nothing', async (t) => {
  const node = await testNode(t);
  const [mine, other] = [await openSession(node), await openSession(node)];
  const [, event] = await readAll(await open(node, { session: other, body: call('notify', { n: 3 }) }));
  for (const last of [event!.id!, '_GET_stream_1', '0', '1'.repeat(8000), '%0d%0a', '-1', '0-0-0', '__proto__']) {
    const { status, text } = await ask(node, { method: 'GET', session: mine, headers: { 'last-event-id': last } });
    assert.equal(status, 400);
    assert(!text.includes('post-'));
  }
});

test('a cancelled call ends its stream, and is no longer waited for', async (t) => {
  const node = await testNode(t);
  const session = await openSession(node);
  const running = await open(node, { session, body: call('long_task', { steps: 1, stepMs: 60_000 }, 'slow') });
  const cancelled = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 'slow' } };
  assert.equal((await ask(node, { session, body: cancelled })).status, 202);
  const events = await readAll(running);
  assert.deepEqual(events.map(messageOf), [undefined]);
  assert.equal(node.table.running, 0);
  const again = await ask(node, { method: 'GET', session, headers: { 'last-event-id': events[0]!.id! } });
  assert.equal(again.status, 400);
  assert.equal((await ask(node, { session, body: call('whoami', {}, 'slow') })).status, 200);
});

const notesOf = async (t: TestContext, url: string) => {
  const { client, transport } = await testClient(t, url);
  const notes: string[] = [];
  client.fallbackNotificationHandler = async ({ params }) => void notes.push(String(params?.data));
  return { client, transport, notes };
};

test("the SDK's own client resumes both kinds of stream after the connections are cut", async (t) => {
  const node = await testNode(t);
  const { client, notes } = await notesOf(t, node.url);
  const task = client.callTool({ name: 'long_task', arguments: { steps: 10, stepMs: 30 } });
  while (notes.length < 2) await new Promise(setImmediate);
  node.server.closeAllConnections();
  await task;
  await client.callTool({ name: 'notify', arguments: { n: NOTES } });
  while (notes.length < 10 + 2 * NOTES) await new Promise((resolve) => setTimeout(resolve, 10));
  assert.deepEqual(
    notes.filter((note) => note.startsWith('step')),
    Array.from({ length: 10 }, (_, i) => `step ${i + 1} of 10`),
  );
  assert.deepEqual(
    notes.filter((note) => note.startsWith('post')),
    EXPECTED,
  );
  assert.deepEqual(
    notes.filter((note) => note.startsWith('get')),
    EXPECTED.map((note) => note.replace('post', 'get')),
  );
});
