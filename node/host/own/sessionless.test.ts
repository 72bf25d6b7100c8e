import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { createServer as sessionsOnly } from '../../example/minimal.ts';
import type { CreateServer } from '../../mcp/open-session.ts';
import type { ServerContext } from '../../mcp/server-context.ts';
import { ask, call, eventsOf, initialize, open, openSession, testClient, testNode, textOf } from '../../test-bench.ts';
import { callTool, envelope, headersOf, openBasket, request } from '../../test-sessionless.ts';

/** The SDK's own client, which asks which protocol the server supports. */
const modernClient = async (t: TestContext, url: string): Promise<Client> => {
  const client = new Client({ name: 'modern', version: '2' }, { versionNegotiation: { mode: 'auto' } });
  t.after(() => client.close());
  await client.connect(new StreamableHTTPClientTransport(new URL(`${url}/mcp`)));
  return client;
};

test('clients of both protocols work on one node, and can use each other’s baskets', async (t) => {
  const node = await testNode(t);
  const { client: old } = await testClient(t, node.url);
  const modern = await modernClient(t, node.url);
  assert.equal(modern.getNegotiatedProtocolVersion(), '2026-07-28');
  assert.equal(node.table.size, 1);
  const basket = textOf(await modern.callTool({ name: 'open_basket', arguments: {} }));
  const add = { name: 'add_to_basket', arguments: { basket, item: 'pear' } };
  assert.equal(textOf(await modern.callTool(add)), 'n1 1');
  assert.equal(textOf(await old.callTool(add)), 'n1 2');
  assert.deepEqual((await modern.callTool(add)).structuredContent, { node: 'n1', items: 3 });
  await old.callTool({ name: 'close_basket', arguments: { basket } });
  for (const client of [old, modern]) {
    const gone = await client.callTool(add);
    assert.equal(gone.isError, true);
    assert.match(textOf(gone), /^closed: /);
  }
});

test('with a server of SDK v1, clients of protocol 2026-07-28 fall back to sessions', async (t) => {
  const made: ServerContext[] = [];
  const createServer: CreateServer = (context) => {
    made.push(context);
    return sessionsOnly(context);
  };
  const node = await testNode(t, { createServer });
  const modern = await modernClient(t, node.url);
  assert.equal(modern.getNegotiatedProtocolVersion(), '2025-11-25');
  assert.equal(textOf(await modern.callTool({ name: 'add', arguments: { n: 2 } })), '2');
  const discover = await request(node, envelope('server/discover'));
  assert.equal(discover.status, 400);
  assert.match(discover.json.error.message, /send initialize$/);
  // One is made to find out the protocol, the other for the session.
  assert.deepEqual(
    made.map(({ session, ended }) => [session === '', ended.aborted]),
    [
      [true, true],
      [false, false],
    ],
  );
});

test('headers are required and must match the body', async (t) => {
  const node = await testNode(t);
  const basket = await openBasket(node);
  const add = (headers: Record<string, string | undefined>) =>
    callTool(node, 'add_to_basket', { basket, item: 'pear' }, { headers });
  for (const headers of [
    { 'mcp-method': undefined },
    { 'mcp-method': 'tools/list' },
    { 'mcp-protocol-version': undefined },
    { 'mcp-protocol-version': '2025-11-25' },
    { 'mcp-name': undefined },
    { 'mcp-name': 'open_basket' },
    { 'mcp-param-handle': undefined },
    { 'mcp-param-handle': 'n2.0' },
  ]) {
    const { status, json } = await add(headers);
    assert.deepEqual([status, json.error.code], [400, -32020], JSON.stringify(headers));
  }
  assert.equal((await add({})).json.result.structuredContent.items, 1);
  const unknown = await request(node, envelope('no/such'));
  assert.deepEqual([unknown.status, unknown.json.error.code], [404, -32601]);
});

test('a page calls without the header that browsers do not send', async (t) => {
  const node = await testNode(t);
  const headers = { origin: 'http://localhost:3000', 'mcp-param-handle': undefined };
  const listed = await request(node, envelope('tools/list'), { headers });
  assert.equal(listed.json.result.cacheScope, 'private');
  assert.doesNotMatch(listed.text, /x-mcp-header/);
  assert.match((await request(node, envelope('tools/list'))).text, /"x-mcp-header":"Handle"/);
  const basket = await openBasket(node);
  const added = await callTool(node, 'add_to_basket', { basket, item: 'pear' }, { headers });
  assert.deepEqual(added.json.result.structuredContent, { node: 'n1', items: 1 });
});

test('a page may send the headers that requests are routed by', async (t) => {
  const node = await testNode(t);
  const headers = { origin: 'http://localhost:3000', 'access-control-request-method': 'POST' };
  const allowed = (await ask(node, { method: 'OPTIONS', headers })).headers['access-control-allow-headers'] ?? '';
  for (const name of ['Mcp-Method', 'Mcp-Name', 'Mcp-Param-Handle', 'Mcp-Session-Id'])
    assert.ok(allowed.split(', ').includes(name), name);
});

test('a request ends when its client leaves, and its server ends with it', async (t) => {
  const ends: AbortSignal[] = [];
  const { createServer: example } = await import('../../example/server.ts');
  const createServer: CreateServer = (context) => {
    if (context.request) ends.push(context.ended);
    return example(context);
  };
  const node = await testNode(t, { createServer });
  const over = new AbortController();
  const body = envelope('tools/call', { name: 'slow_count', arguments: { to: 1000 } }, {});
  const asked = fetch(`${node.url}/mcp`, {
    method: 'POST',
    headers: { ...headersOf(body), accept: 'application/json, text/event-stream', 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: over.signal,
  });
  while (node.table.running === 0) await new Promise(setImmediate);
  over.abort();
  await assert.rejects(asked);
  await node.table.quiet();
  assert.ok(ends.length > 0 && ends.every(({ aborted }) => aborted));
});

test('a drain waits for handles as for sessions, and records have their kind', async (t) => {
  const node = await testNode(t);
  await openSession(node);
  const basket = await openBasket(node);
  await node.registry.announce({ draining: true });
  const listed = await node.registry.nodes();
  assert.equal(listed.kind === 'listed' && listed.items[0]?.sessions, 2);
  const records = await node.registry.sessions();
  assert.deepEqual(records.kind === 'listed' && records.items.map(({ kind }) => kind), [undefined, 'handle']);
  const body = JSON.stringify({ query: '{ node { sessions handles tasks } sessions { kind } }' });
  const { json } = await ask(node, { path: '/graphql', body });
  assert.deepEqual(json.data, {
    node: { sessions: 1, handles: 1, tasks: 0 },
    sessions: [{ kind: 'session' }, { kind: 'handle' }],
  });
  assert.match((await ask(node, { method: 'GET', path: '/metrics' })).text, /^mooring_handles\{node="n1"\} 1$/m);
  await callTool(node, 'close_basket', { basket });
  await node.registry.announce({ draining: true });
  const after = await node.registry.nodes();
  assert.equal(after.kind === 'listed' && after.items[0]?.sessions, 1);
});

test('a subscriber gets notifications as the protocol defines them, until the node stops', async (t) => {
  const contexts: ServerContext[] = [];
  const { createServer: example } = await import('../../example/server.ts');
  const createServer: CreateServer = (context) => {
    contexts.push(context);
    return example(context);
  };
  const node = await testNode(t, { createServer });
  const filter = { toolsListChanged: true, promptsListChanged: true, resourceSubscriptions: ['a:b'] };
  const body = envelope('subscriptions/listen', { notifications: filter });
  const stream = await open(node, { body, headers: headersOf(body) });
  const events = eventsOf(stream);
  const next = async () => JSON.parse((await events.next()).value?.data ?? 'null');
  const acknowledged = await next();
  assert.equal(acknowledged.method, 'notifications/subscriptions/acknowledged');
  // The example has no prompts.
  assert.deepEqual(acknowledged.params.notifications, { toolsListChanged: true, resourceSubscriptions: ['a:b'] });
  const [{ changes }] = contexts as [ServerContext];
  changes.prompts();
  changes.resource('a:c');
  changes.resource('a:b');
  changes.tools();
  const subscription = { 'io.modelcontextprotocol/subscriptionId': 1 };
  assert.deepEqual(await next(), {
    jsonrpc: '2.0',
    method: 'notifications/resources/updated',
    params: { uri: 'a:b', _meta: subscription },
  });
  assert.equal((await next()).method, 'notifications/tools/list_changed');
  await node.stop();
  assert.deepEqual((await next()).result, { resultType: 'complete', _meta: subscription });
});

test('a stream may name up to the limit of resources and tasks, each counted once; one more is refused', {
  timeout: 120_000,
}, async (t) => {
  const node = await testNode(t);
  const uris = Array.from({ length: 600 }, (_, i) => `a:${i}`);
  const listen = (taskIds: readonly string[]) =>
    envelope('subscriptions/listen', { notifications: { resourceSubscriptions: [...uris, ...uris], taskIds } });
  const tasks = Array.from({ length: 401 }, (_, i) => `n1.${i}`);
  const { status, json } = await request(node, listen(tasks));
  assert.deepEqual([status, json.id, json.error.code], [200, 1, -32602]);
  assert.match(json.error.message, /a stream may name 1000 resources and tasks; open another one/);
  const body = listen(tasks.slice(1));
  const events = eventsOf(await open(node, { body, headers: headersOf(body) }));
  assert.match((await events.next()).value?.data ?? '', /subscriptions\/acknowledged/);
});

test('an invalid filter is refused, and the node continues', async (t) => {
  const node = await testNode(t);
  for (const taskIds of [{ length: 1 }, 7, 'n1.a', [7], [null], [['n1.a']]]) {
    const { status, json } = await request(node, envelope('subscriptions/listen', { notifications: { taskIds } }));
    assert.deepEqual([status, json?.error?.code], [200, -32602], JSON.stringify(taskIds));
  }
});

test('an answer names the start of its handle or task id, for the log', async (t) => {
  const node = await testNode(t, { name: 'n7' });
  const basket = await openBasket(node);
  const { taskId } = (await callTool(node, 'slow_count', { to: 1 })).json.result;
  for (const [id, answer] of [
    [basket, await callTool(node, 'add_to_basket', { basket, item: 'pear' })],
    [taskId, await request(node, envelope('tasks/get', { taskId }))],
    [undefined, await request(node, envelope('tools/list'))],
  ])
    assert.equal(answer.headers['x-mooring-session'], id?.slice(0, 'n7.'.length + 8));
});

test('requests that mix the two protocols are refused', async (t) => {
  const node = await testNode(t);
  const batch = await ask(node, { body: [envelope('tools/list'), call('whoami')] });
  assert.deepEqual([batch.status, batch.json.error.code], [400, -32600]);
  const mixed = await ask(node, { body: initialize(), headers: { 'mcp-protocol-version': '2026-07-28' } });
  assert.deepEqual([mixed.status, mixed.json.error.code], [400, -32020]);
});
