/** A request of a session reaches its node, whichever node received it. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import test from 'node:test';
import { ask, call, eventsOf, initialize, open, openSession, textOf } from '../test-bench.ts';
import { callTool, envelope, openBasket, request } from '../test-sessionless.ts';
import { impostor, KEYS, register, relayedBy, relayNodes } from './test-peers.ts';

test('20 of 20 calls reach their session with round robin and without cookies', async (t) => {
  const { nodes } = await relayNodes(t, 3);
  const session = await openSession(nodes[0]);
  const asked: string[] = [];
  for (let i = 0; i < 20; i++) {
    const { status, json, headers } = await ask(nodes[i % 3]!, { session, body: call('whoami', {}, i + 10) });
    assert.equal(status, 200);
    asked.push(`${headers['x-mooring-node']} by ${headers['x-mooring-relayed-by'] ?? 'itself'}`);
    assert.match(textOf(json.result), /n1/);
  }
  assert.deepEqual(asked.slice(0, 3), ['n1 by itself', 'n1 by n2', 'n1 by n3']);
  assert.equal(nodes[0].table.size, 1);
});

test('a stream is passed on event by event, and ends at the owner as soon as the client disconnects', async (t) => {
  const { nodes } = await relayNodes(t);
  const [owner, other] = nodes;
  const session = await openSession(owner);
  const answer = await open(other, { method: 'GET', session });
  assert.equal(answer.headers['content-type'], 'text/event-stream');
  const [held] = owner.table.find(session)!.openAnswers;
  const events = eventsOf(answer);
  await ask(other, { session, body: call('notify', { n: 1 }, 8) });
  for (;;) {
    const { value } = await events.next();
    assert.ok(value !== undefined, 'the stream ended');
    if (value.data?.includes('get-0')) break;
  }
  answer.destroy();
  await held!.ended;
});

test('a session that is closed through another node is gone at its owner', async (t) => {
  const { nodes } = await relayNodes(t);
  const session = await openSession(nodes[0]);
  assert.equal((await ask(nodes[1], { method: 'DELETE', session })).status, 200);
  const { status, json } = await ask(nodes[1], { session, body: call('whoami') });
  assert.deepEqual([status, json.error.data.reason, json.error.data.node], [404, 'closed', 'n1']);
});

test('a node that takes no new sessions passes initialize to one that does, the emptiest first', async (t) => {
  const { nodes, known } = await relayNodes(t, 3);
  await openSession(nodes[1]);
  await nodes[1].registry.announce({ draining: false });
  await nodes[0].drain();
  const { status, headers } = await ask(nodes[0], { body: initialize() });
  assert.deepEqual([status, headers['x-mooring-node'], headers['x-mooring-relayed-by']], [200, 'n3', 'n1']);
  assert.match(String(headers['mcp-session-id']), /^n3\./);
  known[2] = { ...known[2]!, state: 'out' };
  assert.equal((await ask(nodes[0], { body: initialize() })).headers['x-mooring-node'], 'n2');
});

test('a full node passes initialize on, and refuses it if all are full', async (t) => {
  const { nodes } = await relayNodes(t, 2, { maxSessions: 1 });
  await openSession(nodes[0]);
  assert.match(await openSession(nodes[0]), /^n2\./);
  const { status, headers } = await ask(nodes[0], { body: initialize() });
  assert.deepEqual([status, headers['retry-after'], headers['x-mooring-node']], [503, '30', 'n1']);
});

test('Host is the peer’s, X-Forwarded-* is kept, and the client’s credentials are passed on', async (t) => {
  const fleet = await relayNodes(t);
  const peer = await impostor(t, { name: 'n9', keys: KEYS, answer: (_, res) => res.writeHead(200).end('{}') });
  fleet.known.push({ id: 'n9', url: peer.url, state: 'active' });
  const session = register(fleet, 'n9', peer.url);
  const headers = { 'x-forwarded-for': '192.0.2.7', 'x-forwarded-proto': 'https', authorization: 'Bearer mine' };
  for (const host of [undefined, 'localhost'])
    await ask(fleet.nodes[0], {
      session,
      path: '/mcp?a=1',
      body: call('x'),
      headers: { ...headers, ...(host && { host }) },
    });
  const [byAddress, byName] = peer.requests;
  assert.deepEqual([byAddress!.headers.host, byName!.headers.host], [new URL(peer.url).host, 'localhost']);
  for (const [name, value] of Object.entries(headers)) assert.equal(byName!.headers[name], value);
  assert.equal(byName!.url, '/mcp?a=1');
});

test('without the registry the last known peers are used for a while', async (t) => {
  let ahead = 0;
  const { nodes, store } = await relayNodes(t, 2, { now: () => Date.now() + ahead });
  const session = await openSession(nodes[0]);
  assert.equal((await ask(nodes[1], { session, body: call('whoami', {}, 11) })).status, 200);
  store.available = false;
  ahead += 60_000;
  assert.equal((await ask(nodes[1], { session, body: call('whoami', {}, 12) })).status, 200);
  ahead += 600_000;
  assert.equal((await ask(nodes[1], { session, body: call('whoami', {}, 13) })).status, 404);
});

test('clients of a frozen peer get 503 with Retry-After, before its proof and after it', async (t) => {
  const fleet = await relayNodes(t, 2, { patienceMs: 500 });
  let moves = true;
  const freeze = (): void => {
    moves = false;
  };
  const still = [
    await impostor(t, { name: 'n8', proves: () => false }),
    await impostor(t, { name: 'n9', keys: KEYS, proves: () => moves, answer: freeze }),
  ];
  for (const [i, peer] of still.entries()) {
    fleet.known.push({ id: `n${8 + i}`, url: peer.url, state: 'active' });
    const session = register(fleet, `n${8 + i}`, peer.url);
    const { status, headers, json } = await ask(fleet.nodes[0], { session, body: call('whoami') });
    assert.deepEqual([status, headers['retry-after'], json.error.data.reason], [503, '2', 'owner-silent']);
    assert.equal(json.id, 7);
  }
});

test('a node that is gone is reported as gone, and no other node is asked', async (t) => {
  const { nodes } = await relayNodes(t);
  const session = await openSession(nodes[0]);
  nodes[0].server.close();
  nodes[0].server.closeAllConnections();
  await once(nodes[0].server, 'close');
  const { json } = await ask(nodes[1], { session, body: call('whoami') });
  assert.deepEqual([json.id, json.error.data.node], [7, 'n2']);
  assert.deepEqual(await relayedBy(nodes[1]), ['session refused 1']);
});

test('a handle and a task reach their node even if only the body names them, as from a browser', async (t) => {
  const { nodes } = await relayNodes(t);
  const basket = await openBasket(nodes[0]);
  for (const headers of [{}, { 'mcp-param-handle': undefined, origin: 'http://localhost' }]) {
    const { json, headers: answered } = await callTool(
      nodes[1],
      'add_to_basket',
      { basket, item: 'pear' },
      { headers },
    );
    const where = [answered['x-mooring-node'], answered['x-mooring-relayed-by']];
    assert.deepEqual([json.result?.structuredContent?.node ?? json, ...where], ['n1', 'n1', 'n2']);
  }
  const counting = await callTool(nodes[0], 'slow_count', { to: 1 });
  const { taskId } = counting.json.result;
  const told = await request(nodes[1], envelope('tasks/get', { taskId }));
  assert.deepEqual([told.json.result.taskId, told.headers['x-mooring-node']], [taskId, 'n1']);
});

test('a handle of a node that is gone is a tool error from the node that was asked', async (t) => {
  const { nodes } = await relayNodes(t);
  const basket = 'n9.00000000-0000-4000-8000-000000000001';
  const { json, headers } = await callTool(nodes[0], 'add_to_basket', { basket, item: 'pear' });
  assert.deepEqual([json.result.isError, headers['x-mooring-node']], [true, 'n1']);
  assert.deepEqual(await relayedBy(nodes[0]), ['state not-in-topology 1']);
});

test('a node mounted below a path passes on the original path', async (t) => {
  const fleet = await relayNodes(t);
  const peer = await impostor(t, { name: 'n9', keys: KEYS, answer: (_, res) => res.writeHead(200).end('{}') });
  fleet.known.push({ id: 'n9', url: peer.url, state: 'active' });
  const session = register(fleet, 'n9', peer.url);
  const [route] = fleet.nodes[0].server.listeners('request').slice(-1) as [RequestListener];
  const app = createServer((req, res) => {
    const { url = '' } = req;
    route(Object.assign(req, { originalUrl: url, url: url.replace('/mcp', '/') }), res);
  });
  app.listen(0, '127.0.0.1');
  await once(app, 'listening');
  t.after(() => app.close());
  const at = { url: `http://127.0.0.1:${(app.address() as AddressInfo).port}` };
  const { status } = await ask(at, { session, path: '/mcp?by=app', body: call('x') });
  assert.deepEqual([status, peer.requests[0]?.url], [200, '/mcp?by=app']);
});
