import assert from 'node:assert/strict';
import { once } from 'node:events';
import test, { type TestContext } from 'node:test';
import type { NodeOptions } from '../node-options.ts';
import { ask, call, eventsOf, initialize, open, openSession, type TestNode, testNode, textOf } from '../test-bench.ts';

const PING = { jsonrpc: '2.0', id: 'mine', method: 'ping' };

export type HostUnderTest = {
  readonly name: string;
  /** How streams are resumed: from the node's event buffer, or from what the server keeps. */
  readonly resume: 'node' | 'server';
  /** Starts a node with sessions of node/example/server.ts behind this host. */
  readonly options: (t: TestContext) => Promise<Pick<NodeOptions, 'createServer' | 'makeHost'>>;
  /** By default a node with its own server. */
  readonly startNode?: typeof testNode;
};

type Overrides = Parameters<typeof testNode>[1];

/** What a node does for its sessions, whatever keeps them. */
export const hostContract = ({ name, resume, options, startNode = testNode }: HostUnderTest): void => {
  const start = async (t: TestContext, more: Overrides = {}): Promise<TestNode> =>
    startNode(t, { ...(await options(t)), ...more });

  test(`${name}: initialize opens a session whose id names the node, and 20 calls keep its state`, async (t) => {
    const node = await start(t, { name: 'n2' });
    const session = await openSession(node);
    assert.match(session, /^n2\../);
    for (let count = 1; count <= 20; count++) {
      const { status, json } = await ask(node, { session, body: call('whoami', {}, count) });
      assert.deepEqual([status, json.id, JSON.parse(textOf(json.result)).count], [200, count, count]);
    }
    assert.deepEqual([node.table.size, node.store.sessions.size, node.table.running], [1, 1, 0]);
  });

  test(`${name}: an unknown session id is a 404 with its reason and the caller's JSON-RPC id`, async (t) => {
    const node = await start(t);
    const session = await openSession(node);
    const [, own = ''] = session.split('n1.');
    for (const other of [`n9.${own}`, own, 'x', `${session}x`]) {
      const { status, json } = await ask(node, { session: other, body: PING });
      assert.deepEqual([status, json.id, json.error.code, json.error.data.reason], [404, 'mine', -32001, 'unknown']);
      assert.equal((await ask(node, { session: other, method: 'GET' })).status, 404);
      assert.equal((await ask(node, { session: other, method: 'DELETE' })).status, 404);
    }
    assert.equal((await ask(node, { session, body: PING })).status, 200);
  });

  test(`${name}: DELETE ends the session and its record, and a second one is a 404`, async (t) => {
    const node = await start(t);
    const session = await openSession(node);
    assert.equal((await ask(node, { session, method: 'DELETE' })).status, 200);
    assert.deepEqual([node.table.size, node.store.sessions.size], [0, 0]);
    const again = await ask(node, { session, method: 'DELETE' });
    assert.deepEqual([again.status, again.json.error.data.reason], [404, 'closed']);
  });

  test(`${name}: the cap on sessions is a 503 with Retry-After, and a place is free again after a close`, async (t) => {
    const node = await start(t, { maxSessions: 1 });
    const session = await openSession(node);
    const refused = await ask(node, { body: initialize('x') });
    assert.deepEqual([refused.status, refused.json.id, refused.headers['retry-after']], [503, 'x', '30']);
    assert.equal((await ask(node, { method: 'GET', path: '/readyz' })).status, 503);
    await ask(node, { session, method: 'DELETE' });
    assert.equal((await ask(node, { body: initialize() })).status, 200);
  });

  test(`${name}: a draining node takes no new sessions and serves its own`, async (t) => {
    const node = await start(t);
    const session = await openSession(node);
    await node.drain();
    const refused = await ask(node, { body: initialize('x') });
    assert.deepEqual([refused.status, refused.json.id, refused.headers['retry-after']], [503, 'x', '5']);
    assert.equal((await ask(node, { session, body: call('whoami') })).status, 200);
  });

  test(`${name}: progress and the answer of a call arrive in order, one by one`, async (t) => {
    const node = await start(t);
    const session = await openSession(node);
    const body = call('long_task', { steps: 3, stepMs: 5 });
    const answer = await open(node, {
      session,
      body: { ...body, params: { ...body.params, _meta: { progressToken: 'p' } } },
    });
    const told = [];
    for await (const { data } of eventsOf(answer)) if (data) told.push(JSON.parse(data));
    const progress = told
      .filter(({ method }) => method === 'notifications/progress')
      .map(({ params }) => params.progress);
    assert.deepEqual([progress, told.at(-1).id], [[1, 2, 3], 7]);
  });

  test(`${name}: a GET stream carries messages outside of calls; a second one is refused`, async (t) => {
    const node = await start(t);
    const session = await openSession(node);
    const stream = await open(node, { method: 'GET', session });
    assert.equal(stream.statusCode, 200);
    assert.equal((await ask(node, { method: 'GET', session })).status, 409);
    const ended = once(stream, 'end');
    stream.resume();
    await ask(node, { session, method: 'DELETE' });
    await ended;
  });

  test(`${name}: a call whose client has left no longer counts once its session is closed`, async (t) => {
    const node = await start(t);
    const session = await openSession(node);
    const running = await open(node, { session, body: call('long_task', { steps: 1, stepMs: 60_000 }) });
    running.destroy();
    await ask(node, { session, method: 'DELETE' });
    assert.deepEqual([node.table.running, node.table.size], [0, 0]);
  });

  test(`${name}: a session is idle only after its last stream has ended; then it ends with its record`, async (t) => {
    let now = 1_000_000;
    const node = await start(t, { now: () => now, idleMs: 60_000 });
    const session = await openSession(node);
    const idle = async () => (await ask(node, { method: 'GET', path: '/healthz' })).json.idle;
    assert.equal(await idle(), 1);
    const stream = await open(node, { method: 'GET', session });
    assert.equal(await idle(), 0);
    now += 60_000;
    await node.table.closeIdle(now);
    assert.equal(node.table.find(session)?.id, session);
    stream.destroy();
    while (node.table.find(session)!.openAnswers.size > 0) await new Promise(setImmediate);
    await node.table.closeIdle(now + 60_000);
    assert.deepEqual([node.table.size, node.store.sessions.size], [0, 0]);
    assert.equal((await ask(node, { session, body: PING })).json.error.data.reason, 'expired');
  });

  test(`${name}: stopping lets the running call finish, ends streams cleanly and keeps its records for an hour`, async (t) => {
    const node = await start(t);
    const session = await openSession(node);
    const stream = await open(node, { method: 'GET', session });
    stream.resume();
    const streamEnd = once(stream, 'end');
    const running = await open(node, { session, body: call('long_task', { steps: 3, stepMs: 30 }) });
    const stopped = node.stop();
    const events = [];
    for await (const event of eventsOf(running)) events.push(event);
    assert.match(events.at(-1)?.data ?? '', /done: step 3 of 3/);
    await streamEnd;
    await stopped;
    assert.deepEqual([node.store.sessions.size, node.store.nodes.size, node.table.size], [1, 0, 0]);
  });

  test(`${name}: a call with a string of 3 MB is answered`, async (t) => {
    const node = await start(t);
    const session = await openSession(node);
    const { status, json } = await ask(node, { session, body: call('whoami', { value: 'x'.repeat(3_000_000) }) });
    assert.deepEqual([status, json.error], [200, undefined]);
  });

  test(`${name}: a call with a broken stream is resumed from what the ${resume} keeps`, async (t) => {
    const node = await start(t);
    const session = await openSession(node);
    const answer = await open(node, { session, body: call('notify', { n: 9 }) });
    let last = '';
    for await (const { id = '' } of eventsOf(answer)) {
      last = id;
      break;
    }
    answer.destroy();
    const resumed = await open(node, { method: 'GET', session, headers: { 'last-event-id': last } });
    const told = [];
    for await (const { data } of eventsOf(resumed)) {
      // Over one pipe a server cannot say that these are for the GET stream.
      if (!data || data.includes('"get-')) continue;
      told.push(JSON.parse(data));
      if (told.length === 10) break;
    }
    assert.deepEqual([told.length, told.at(-1).id], [10, 7]);
    resumed.destroy();
  });
};
