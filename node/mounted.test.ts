import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import test, { type TestContext } from 'node:test';
import { getRequestListener } from '@hono/node-server';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { McpServer as McpServer2 } from '@modelcontextprotocol/server';
import express from 'express';
import { fastify } from 'fastify';
import { Hono } from 'hono';
import { silentLog } from '../shared/log.ts';
import { createMemoryStore, MemoryRegistry } from '../shared/registry/memory.ts';
import { createNode, type MountedNode } from './create-node.ts';
import { createServer } from './example/server.ts';
import { hostContract } from './host/test-contract.ts';
import { defineServer } from './mcp/open-session.ts';
import type { ServerContext } from './mcp/server-context.ts';
import type { NodeOptions } from './node-options.ts';
import {
  ask,
  call,
  initialize,
  MCP_HEADERS,
  mountedNode,
  nodeName,
  openSession,
  testNode,
  textOf,
} from './test-bench.ts';

const options = async () => ({ createServer });
const PATHS = ['/mcp', '/healthz', '/readyz'];

const readBefore = ({ handler }: MountedNode) =>
  express()
    .use(express.json({ limit: '5mb' }))
    .all(PATHS, handler);

hostContract({ name: 'in Express, read', resume: 'node', options, startNode: mountedNode(readBefore) });

/** The node reads the body: Fastify would refuse some valid ones. */
const inFastify = (node: MountedNode): RequestListener => {
  const app = fastify();
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, _body, done) => done(null));
  app.all('*', ({ raw }, reply) => {
    reply.hijack();
    node.handler(raw, reply.raw);
  });
  const ready = app.ready();
  return async (req, res) => {
    await ready;
    app.routing(req, res);
  };
};

hostContract({ name: 'in Fastify', resume: 'node', options, startNode: mountedNode(inFastify) });

const inHono = (node: MountedNode): RequestListener =>
  getRequestListener(new Hono().all('*', ({ req }) => node.fetch(req.raw)).fetch);

hostContract({ name: 'in Hono', resume: 'node', options, startNode: mountedNode(inHono) });

const AUTH = { token: 't', clientId: 'an-app', scopes: ['all'], extra: { iss: 'https://a.example', sub: 'ada' } };

/** Returns what its tool was given. */
const ofSdk2 = defineServer(() => {
  const server = new McpServer2({ name: 'telling', version: '2' });
  server.registerTool('whoami', {}, ({ http }) => ({
    content: [{ type: 'text', text: JSON.stringify(http?.authInfo) }],
  }));
  return server;
});

/** Returns what its factory and its tool were given. */
const telling = (made: ServerContext[] = []) =>
  defineServer((context) => {
    made.push(context);
    const server = new McpServer({ name: 'telling', version: '1' });
    server.registerTool('whoami', {}, ({ authInfo }) => ({
      content: [{ type: 'text', text: JSON.stringify(authInfo) }],
    }));
    return server;
  });

const unmounted = (t: TestContext, more: Partial<NodeOptions> = {}): MountedNode => {
  const store = createMemoryStore(Date.now);
  const joinRegistry: NodeOptions['joinRegistry'] = (self) => new MemoryRegistry(store, self);
  const fixed = { name: nodeName('n1'), url: 'http://127.0.0.1:1', log: silentLog(), joinRegistry };
  const node = createNode({ ...fixed, createServer, ...more });
  t.after(() => node.stop());
  return node;
};

const post = (body: unknown, headers: Record<string, string> = {}): Request =>
  new Request('http://localhost/mcp?kit=1', {
    method: 'POST',
    headers: { ...MCP_HEADERS, ...headers },
    body: JSON.stringify(body),
  });

test("the session's server is made from the request, who is behind it and what the client calls itself", async (t) => {
  const made: ServerContext[] = [];
  const node = unmounted(t, { createServer: telling(made) });
  const answer = await node.fetch(post(initialize(), { 'x-tenant': 'blue' }), { auth: AUTH });
  await answer.text();
  const [{ session, node: name, client, auth, request, ended }] = made as [ServerContext];
  assert.deepEqual([session, name, client, auth], [answer.headers.get('mcp-session-id'), 'n1', 'test/1', AUTH]);
  assert.deepEqual([request.headers.get('x-tenant'), request.url], ['blue', 'http://node.invalid/mcp?kit=1']);
  assert.equal(ended.aborted, false);
});

for (const { what, start } of [
  {
    what: 'req.auth of an app',
    start: mountedNode(
      ({ handler }) =>
        (req, res) =>
          handler(Object.assign(req, { auth: AUTH }), res),
    ),
  },
  {
    what: 'what fetch is given',
    start: mountedNode(({ fetch }) => getRequestListener((request) => fetch(request, { auth: AUTH }))),
  },
  { what: 'authenticate', start: ((t, more) => testNode(t, { ...more, authenticate: () => AUTH })) as typeof testNode },
])
  for (const [version, createServer] of [
    [1, telling()],
    [2, ofSdk2],
  ] as const)
    test(`${what} reaches tools of SDK version ${version} as their authInfo`, async (t) => {
      const node = await start(t, { createServer });
      const session = await openSession(node);
      const { json } = await ask(node, { session, body: call('whoami') });
      assert.deepEqual(JSON.parse(textOf(json.result)), AUTH);
    });

test('hooks get each session and why it ended, and their errors have no effect', async (t) => {
  const told: unknown[] = [];
  const record = (what: string) => (facts: object) => {
    told.push({ what, ...facts });
    throw new Error('a hook');
  };
  const node = unmounted(t, { onOpened: record('opened'), onClosed: record('closed') });
  const answer = await node.fetch(post(initialize()), { auth: AUTH });
  await answer.text();
  const session = answer.headers.get('mcp-session-id') as string;
  const headers = { ...MCP_HEADERS, 'mcp-session-id': session };
  await node.fetch(new Request('http://localhost/mcp', { method: 'DELETE', headers }), { auth: AUTH });
  const facts = { node: 'n1', session, principal: '["https://a.example","ada"]' };
  assert.deepEqual(told, [
    { what: 'opened', ...facts, client: 'test/1' },
    { what: 'closed', ...facts, why: 'deleted' },
  ]);
});

test('a body above its limit is a 413, whether it was already read or not', async (t) => {
  const large = { ...initialize(), padding: 'x'.repeat(2000) };
  for (const start of [testNode, mountedNode(readBefore)]) {
    const node = await start(t, { maxBodyBytes: 1000 });
    assert.equal((await ask(node, { body: large })).status, 413);
    assert.equal((await ask(node, { body: initialize() })).status, 200);
  }
});

test('a body that was read but not kept is not waited for', async (t) => {
  const node = await mountedNode(({ handler }) => async (req, res) => {
    req.resume();
    await once(req, 'end');
    handler(req, res);
  })(t);
  assert.equal((await ask(node, { body: initialize() })).status, 400);
});

test('fetch accepts a body that is already parsed', async (t) => {
  const node = unmounted(t);
  const request = new Request('http://localhost/mcp', { method: 'POST', headers: MCP_HEADERS, body: 'read' });
  await request.text();
  const answer = await node.fetch(request, { parsedBody: initialize() });
  assert.equal(answer.status, 200);
});

test("the app's server outlives the node, and its streams do not", async (t) => {
  const node = await mountedNode(({ handler }) =>
    express()
      .all('/mcp', handler)
      .get('/own', (_, res) => void res.end('mine')),
  )(t);
  const session = await openSession(node);
  const stream = ask(node, { method: 'GET', session });
  while (node.table.find(session)?.openAnswers.size !== 1) await new Promise(setImmediate);
  await node.stop();
  assert.match((await stream).text, /^retry: /m);
  assert.equal((await ask(node, { path: '/own', method: 'GET' })).text, 'mine');
  assert.equal((await ask(node, { body: initialize() })).status, 503);
});

test('if the client leaves before the response head, fetch rejects', async (t) => {
  const left = new AbortController();
  const node = unmounted(t, {
    createServer: async (context) => {
      left.abort();
      return createServer(context);
    },
  });
  await node.ready;
  const request = new Request(post(initialize()), { signal: left.signal });
  await assert.rejects(node.fetch(request), { name: 'AbortError' });
  while (node.table.opening > 0) await new Promise(setImmediate);
  assert.equal(node.table.size, 0);
});

test('a repeated header keeps all its values in a request that was already read', async (t) => {
  const made: ServerContext[] = [];
  const node = await mountedNode(readBefore)(t, { createServer: telling(made) });
  const headers = { 'user-agent': ['first', 'second'] as unknown as string, 'x-tenant': ['blue', 'red'] };
  await ask(node, { body: initialize(), headers });
  const [{ request }] = made as [ServerContext];
  assert.deepEqual([request.headers.get('user-agent'), request.headers.get('x-tenant')], ['first', 'blue, red']);
});

test('each probe works on its own, without the endpoint', async (t) => {
  const node = await mountedNode(({ probes }) => {
    const app = express();
    for (const [path, probe] of Object.entries(probes)) app.get(path, probe);
    return app;
  })(t);
  for (const path of ['/healthz', '/readyz', '/metrics'])
    assert.equal((await ask(node, { path, method: 'GET' })).status, 200);
  assert.equal((await ask(node, { body: initialize() })).status, 404);
});

test('a node without a URL is refused', () => {
  assert.throws(() => createNode({} as NodeOptions), /createNode needs url/);
});
