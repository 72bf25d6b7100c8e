import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import test from 'node:test';
import { createMemoryStore } from '../../shared/registry/memory.ts';
import { cookieValue } from '../../shared/traefik/cookie-value.ts';
import { ask, call, initialize, MCP_HEADERS, nodeName, open, openSession, testNode, textOf } from '../test-bench.ts';

const PING = { jsonrpc: '2.0', id: 'mine', method: 'ping' };

test('a request with two Authorization headers is refused: servers differ in which of them counts', async (t) => {
  const node = await testNode(t);
  const headers = { authorization: ['Bearer a', 'Bearer b'] as unknown as string };
  const { status, json } = await ask(node, { body: initialize(), headers });
  assert.deepEqual([status, json.error.message], [400, 'Bad Request: more than one Authorization']);
});

test('initialize opens a session whose id names the node, and every answer carries the node', async (t) => {
  const node = await testNode(t, { name: 'n2' });
  const answer = await ask(node, { body: initialize() });
  assert.equal(answer.status, 200);
  assert.match(answer.headers['mcp-session-id'] as string, /^n2\.[0-9a-f-]{36}$/);
  for (const path of ['/mcp', '/healthz', '/readyz', '/metrics', '/graphql', '/nowhere'])
    assert.equal((await ask(node, { method: 'GET', path })).headers['x-mooring-node'], 'n2');
});

test('an answer carries the start of its session id for the log: of a live or a gone session, never of another', async (t) => {
  const node = await testNode(t);
  const opened = await ask(node, { body: initialize() });
  const id = opened.headers['mcp-session-id'] as string;
  const tag = id.slice(0, 'n1.01234567'.length);
  assert.equal(opened.headers['x-mooring-session'], tag);
  const gone = 'n9.01234567-0000-4000-8000-000000000000';
  for (const [asking, told] of [
    [{ session: id, body: PING }, tag],
    [{ session: id, body: call('long_task', { steps: 1, stepMs: 1 }) }, tag],
    [{ session: gone, body: PING }, 'n9.01234567'],
    [{ session: gone, method: 'GET' }, 'n9.01234567'],
    [{ session: 'abc', body: PING }, undefined],
    [{ session: `${id}x`, body: PING }, tag],
    [{ session: 'n9.short', body: PING }, 'n9.s'],
    [{ body: PING }, undefined],
    [{ session: id, method: 'DELETE' }, tag],
  ] as const)
    assert.equal((await ask(node, asking)).headers['x-mooring-session'], told);
});

test('a thousand ids are all different', async (t) => {
  const node = await testNode(t);
  const ids = new Set<string>();
  for (let i = 0; i < 100; i++)
    for (const answer of await Promise.all(Array.from({ length: 10 }, () => ask(node, { body: initialize() }))))
      ids.add(answer.headers['mcp-session-id'] as string);
  assert.equal(ids.size, 1000);
});

test('an unknown session is a 404 with the caller’s JSON-RPC id, of any type', async (t) => {
  const node = await testNode(t);
  await openSession(node);
  const uuid = '00000000-0000-4000-8000-000000000000';
  for (const session of [
    `n1.${uuid}`,
    `n9.${uuid}`,
    'x',
    '*',
    'n1.',
    `n1.${uuid}x`,
    'a b',
    'x'.repeat(5000),
    '__proto__',
  ])
    for (const [asking, id] of [
      [{ body: PING }, 'mine'],
      [{ body: { jsonrpc: '2.0', method: 'notifications/x' } }, null],
      [{ body: initialize(5) }, 5],
      [{ method: 'GET' }, null],
      [{ method: 'DELETE' }, null],
    ] as const) {
      const { status, json } = await ask(node, { session, ...asking });
      assert.deepEqual([status, json.id, json.error.code], [404, id, -32001]);
      const { reason, node: at, cookie } = json.error.data;
      assert.deepEqual([reason, at, cookie], ['unknown', 'n1', { sent: false }]);
      assert.match(json.error.message, /^Session not found/);
      assert(!JSON.stringify(json).includes(session.slice(3)) || session.length < 4);
    }
});

test('the 404 says where the session is and which node the cookie names', async (t) => {
  const store = createMemoryStore(Date.now);
  const [n1, n2] = [await testNode(t, { name: 'n1', store }), await testNode(t, { name: 'n2', store })];
  const session = await openSession(n1);
  for (const [cookie, pin] of [
    ['a=1', { sent: false }],
    [`_mcp_backend=${cookieValue(n1.url)}`, { sent: true, node: 'n1' }],
    [`x=y; _mcp_backend=${cookieValue(n2.url)}`, { sent: true, node: 'n2' }],
    [`_mcp_backend=${cookieValue('ready-n2')}`, { sent: true, node: 'n2' }],
    ['_mcp_backend=junk', { sent: true }],
  ] as const) {
    const { status, json } = await ask(n2, { session, body: PING, headers: { cookie } });
    const { reason, owner, node, cookie: told } = json.error.data;
    assert.deepEqual([status, reason, owner, node, told], [404, 'wrong-node', 'n1', 'n2', pin]);
  }
  assert.equal((await ask(n1, { session, body: PING })).status, 200);
});

test('with tags an answer contains the tag and not the name, and the cookie is derived from the name', async (t) => {
  const store = createMemoryStore(Date.now);
  const tagged = (name: string, tag: string) => testNode(t, { name, tag: nodeName(tag), store });
  const [n1, n2] = [await tagged('n1', 'k7'), await tagged('n2', 'p3')];
  const session = await openSession(n1);
  assert.match(session, /^k7\./);
  const cookie = `_mcp_backend=${cookieValue('ready-n1')}`;
  const { status, headers, json, text } = await ask(n2, { session, body: PING, headers: { cookie } });
  const { reason, owner, node, cookie: pin } = json.error.data;
  assert.deepEqual([status, reason, owner, node, pin], [404, 'wrong-node', 'k7', 'p3', { sent: true, node: 'k7' }]);
  assert.equal(headers['x-mooring-node'], 'p3');
  assert.ok(!/n[12]/.test(text), text);
  await n1.stop();
  const gone = await ask(n2, { session, body: PING });
  assert.deepEqual([gone.json.error.data.reason, gone.json.error.data.owner], ['owner-gone', 'k7']);
});

test('the 404 distinguishes closed, expired, restarted and gone', async (t) => {
  const store = createMemoryStore(Date.now);
  const [n1, n2] = [await testNode(t, { name: 'n1', store, idleMs: 40 }), await testNode(t, { name: 'n2', store })];
  const reasonAt = async (node: typeof n1, session: string) =>
    (await ask(node, { session, body: PING })).json.error.data.reason;
  const [deleted, idle] = [await openSession(n2), await openSession(n1)];
  await ask(n2, { session: deleted, method: 'DELETE' });
  assert.equal(await reasonAt(n2, deleted), 'closed');
  while (n1.table.size > 0) await new Promise((resolve) => setTimeout(resolve, 10));
  assert.equal(await reasonAt(n1, idle), 'expired');
  const left = await openSession(n2);
  const record = [...store.sessions.values()].find(({ id }) => id === left);
  store.sessions.set(record!.id, { ...record!, boot: 'an earlier one' });
  assert.equal(await reasonAt(n1, left), 'owner-restarted');
  store.nodes.delete(record!.node);
  assert.equal(await reasonAt(n1, left), 'owner-gone');
  store.available = false;
  assert.equal(await reasonAt(n1, left), 'unknown');
});

test('a session on a frozen node is a 503 until the heartbeat is gone; one without a record contacts no node', async (t) => {
  let asked = 0;
  const frozen = createServer((socket) => {
    asked++;
    t.after(() => socket.destroy());
  }).listen(0, '127.0.0.1');
  t.after(() => frozen.close());
  await once(frozen, 'listening');
  const store = createMemoryStore(Date.now);
  const [n1, n2] = [await testNode(t, { name: 'n1', store }), await testNode(t, { name: 'n2', store })];
  const session = await openSession(n1);
  const [beat] = [...store.nodes.values()].filter(({ node }) => node === 'n1');
  store.nodes.set(beat!.node, { ...beat!, url: `http://127.0.0.1:${(frozen.address() as AddressInfo).port}` });
  const answers = await Promise.all(Array.from({ length: 20 }, () => ask(n2, { session, body: PING })));
  for (const { status, headers, json } of answers)
    assert.deepEqual(
      [status, headers['retry-after'], json.id, json.error.data.reason],
      [503, '2', 'mine', 'owner-silent'],
    );
  assert.equal((await ask(n2, { session: `${session.slice(0, -1)}x`, body: PING })).status, 404);
  const unknown = await ask(n2, { session: session.replace(/.$/, (end) => (end === '0' ? '1' : '0')), body: PING });
  assert.deepEqual([unknown.status, asked], [404, 1]);
  store.available = false;
  assert.equal((await ask(n2, { session, body: PING })).status, 404);
  store.available = true;
  store.nodes.delete(beat!.node);
  assert.equal((await ask(n2, { session, body: PING })).json.error.data.reason, 'owner-gone');
});

test('after a crash during a change of tags the old heartbeat is ignored: another node answers at its address', async (t) => {
  const store = createMemoryStore(Date.now);
  const [n1, n2] = [await testNode(t, { name: 'n1', store }), await testNode(t, { name: 'n2', store })];
  const session = await openSession(n1);
  const tagged = await testNode(t, { name: 'n1', tag: nodeName('k7'), store });
  const [beat] = [...store.nodes.values()].filter(({ node }) => node === 'n1');
  store.nodes.set(beat!.node, { ...beat!, url: tagged.url });
  const { status, json } = await ask(n2, { session, body: PING });
  assert.deepEqual([status, json.error.data.reason, json.error.data.owner], [404, 'owner-restarted', 'n1']);
});

test('a second DELETE is a 404, and the record is gone after the first', async (t) => {
  const node = await testNode(t);
  const session = await openSession(node);
  assert.equal(node.store.sessions.size, 1);
  assert.equal((await ask(node, { session, method: 'DELETE' })).status, 200);
  assert.equal(node.store.sessions.size, 0);
  assert.equal((await ask(node, { session, method: 'DELETE' })).status, 404);
});

test('DELETE while a call runs ends the call', async (t) => {
  const node = await testNode(t);
  const session = await openSession(node);
  const running = await open(node, { session, body: call('long_task', { steps: 1, stepMs: 60_000 }) });
  await once(running, 'data');
  const ended = once(running, 'end');
  await ask(node, { session, method: 'DELETE' });
  await ended;
  assert.equal(node.table.running, 0);
});

test('requests with no session id, two, or one in the query never reach a session', async (t) => {
  const node = await testNode(t);
  const session = await openSession(node);
  const other = await openSession(node);
  assert.equal((await ask(node, { body: PING })).status, 400);
  assert.equal((await ask(node, { path: `/mcp?sessionId=${session}`, body: PING })).status, 400);
  assert.equal((await ask(node, { path: `/mcp?mcp-session-id=${session}`, method: 'GET' })).status, 400);
  const twice = [...Object.entries(MCP_HEADERS).flat(), 'host', 'localhost', 'mcp-session-id', session];
  const raw = (await ask(node, { body: PING, headers: [...twice, 'mcp-session-id', other] as never })).status;
  assert.equal(raw, 400);
});

test('clients that probe with server/discover get a JSON-RPC 400 with their id', async (t) => {
  const node = await testNode(t);
  const { status, json } = await ask(node, {
    body: { jsonrpc: '2.0', id: 3, method: 'server/discover', params: {} },
    headers: { 'mcp-protocol-version': '2026-07-28' },
  });
  assert.deepEqual([status, json.id, json.jsonrpc], [400, 3, '2.0']);
  assert.equal(node.table.size, 0);
});

test('initialize on a live session is refused and creates no second server', async (t) => {
  let made = 0;
  const { createServer } = await import('../example/server.ts');
  const node = await testNode(t, {
    createServer: (context) => {
      made++;
      return createServer(context);
    },
  });
  const session = await openSession(node);
  const { status, json } = await ask(node, { session, body: initialize(9) });
  assert.deepEqual([status, json.id, json.error.code, made, node.table.size], [400, 9, -32600, 1, 1]);
});

test('an initialize that the SDK would reject opens nothing', async (t) => {
  const node = await testNode(t);
  for (const params of [undefined, {}, { protocolVersion: 1 }, { protocolVersion: '2025-11-25', capabilities: {} }]) {
    const { status, json } = await ask(node, { body: { jsonrpc: '2.0', id: 1, method: 'initialize', params } });
    assert.deepEqual([status, json.error.code], [400, -32602]);
  }
  assert.deepEqual([node.table.size, node.store.sessions.size], [0, 0]);
});

test('a failing server factory is a 500, and frees its place', async (t) => {
  const node = await testNode(t, {
    maxSessions: 1,
    createServer: () => {
      throw new Error('no database');
    },
  });
  for (let i = 0; i < 3; i++) {
    const { status, json } = await ask(node, { body: initialize(i) });
    assert.deepEqual([status, json.id, json.error.code], [500, i, -32603]);
    assert(!JSON.stringify(json).includes('database'));
  }
});

for (const [what, asking, status, code] of [
  ['a body of one byte too many', { body: ' '.repeat(4 * 1024 * 1024 + 1) }, 413, -32000],
  ['100,000 levels of JSON', { body: '['.repeat(100_000) }, 400, -32600],
  ['200,000 names', { body: { ...PING, params: { ...Array(200_000).fill(0) } } }, 400, -32600],
  ['an empty batch', { body: '[]' }, 400, -32600],
  ['a batch of 101', { body: Array(101).fill(PING) }, 400, -32600],
  ['text', { body: 'hello' }, 400, -32700],
  ['another type', { body: '{}', headers: { 'content-type': 'text/plain' } }, 415, -32000],
  ['a client that takes no events', { body: PING, headers: { accept: 'application/json' } }, 406, -32000],
  ['PUT', { method: 'PUT', body: PING }, 405, -32000],
] as const)
  test(`${what}: ${status}`, async (t) => {
    const node = await testNode(t);
    const answer = await ask(node, asking);
    assert.deepEqual([answer.status, answer.json.error.code, answer.json.id], [status, code, null]);
    assert.equal((await ask(node, { body: initialize() })).status, 200);
  });

test('TRACE is refused before the authenticator', async (t) => {
  const node = await testNode(t, { authenticate: () => ({ token: 'ada', clientId: 'app', scopes: [] }) });
  assert.equal((await ask(node, { method: 'TRACE' })).status, 405);
});

test('a call with a string of 3 MB and one with 200,000 numbers are answered', async (t) => {
  const node = await testNode(t);
  const session = await openSession(node);
  for (const [id, value] of ['x'.repeat(3_000_000), Array.from({ length: 200_000 }, Math.random)].entries()) {
    const { status, json } = await ask(node, { session, body: call('whoami', { value }, id) });
    assert.deepEqual([status, json.id, json.error], [200, id, undefined]);
  }
});

test('a body that is too large is refused while it is still being sent, with and without a length', async (t) => {
  const node = await testNode(t);
  for (const framing of ['content-length: 999999999', 'transfer-encoding: chunked']) {
    const socket = connect(Number(new URL(node.url).port), '127.0.0.1');
    t.after(() => socket.destroy());
    const head = `host: localhost\r\naccept: ${MCP_HEADERS.accept}\r\ncontent-type: application/json\r\n${framing}\r\n\r\n`;
    socket.write(`POST /mcp HTTP/1.1\r\n${head}`);
    if (framing.startsWith('transfer')) socket.write(`500000\r\n${' '.repeat(0x500000)}\r\n`);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    assert.match(String(answer), /^HTTP\/1\.1 413 /);
    socket.destroy();
  }
});

test('an unsupported protocol version is refused, a missing one is not', async (t) => {
  const node = await testNode(t);
  const session = await openSession(node);
  const version = (value: string) => ({ 'mcp-protocol-version': value });
  assert.equal((await ask(node, { session, body: PING, headers: version('1999-01-01') })).status, 400);
  assert.equal((await ask(node, { session, body: PING, headers: version('2025-06-18') })).status, 200);
  assert.equal((await ask(node, { session, body: PING })).status, 200);
});

test('the id of a running call cannot be used for another', async (t) => {
  const node = await testNode(t);
  const session = await openSession(node);
  const running = await open(node, { session, body: call('long_task', { steps: 1, stepMs: 60_000 }, 'same') });
  const second = await ask(node, { session, body: call('whoami', {}, 'same') });
  assert.deepEqual([second.status, second.json.id], [400, 'same']);
  assert.equal((await ask(node, { session, body: call('whoami', {}, 'other') })).status, 200);
  running.destroy();
});

test('two sessions with the same request ids at the same time: every answer goes to the right one', async (t) => {
  const node = await testNode(t);
  const sessions = [await openSession(node), await openSession(node)];
  const asked = Array.from({ length: 200 }, (_, i) => ({ session: sessions[i % 2]!, id: Math.floor(i / 2) }));
  const answers = await Promise.all(
    asked.map(async ({ session, id }) => {
      const { json } = await ask(node, { session, body: call('whoami', {}, id) });
      return { session: JSON.parse(textOf(json.result)).session as string, id: json.id as number };
    }),
  );
  assert.deepEqual(answers, asked);
});

test('__proto__ and constructor as arguments and tool names pollute nothing', async (t) => {
  const node = await testNode(t);
  const session = await openSession(node);
  const bodies = ['__proto__', 'constructor', 'toString'].flatMap((name) => [
    call(name),
    `{"jsonrpc":"2.0","id":"${name}","method":"tools/call","params":{"name":"whoami","arguments":{"${name}":{"polluted":1}}}}`,
    `{"jsonrpc":"2.0","id":"${name}2","method":"tools/call","params":{"name":"whoami","${name}":{"polluted":1}}}`,
  ]);
  for (const body of bodies) assert.equal((await ask(node, { session, body })).status, 200);
  assert.equal(({} as { polluted?: number }).polluted, undefined);
});

test('the cap on sessions is a 503 with Retry-After, and a place is free again after a close', async (t) => {
  const node = await testNode(t, { maxSessions: 2 });
  const first = await openSession(node);
  await openSession(node);
  const refused = await ask(node, { body: initialize('x') });
  assert.deepEqual([refused.status, refused.json.id], [503, 'x']);
  assert.match(refused.headers['retry-after'] as string, /^\d+$/);
  assert.equal((await ask(node, { method: 'GET', path: '/readyz' })).status, 503);
  await ask(node, { session: first, method: 'DELETE' });
  assert.equal((await ask(node, { body: initialize() })).status, 200);
});

test('concurrent initialize requests do not exceed the limit', async (t) => {
  const node = await testNode(t, { maxSessions: 5 });
  const answers = await Promise.all(Array.from({ length: 30 }, () => ask(node, { body: initialize() })));
  assert.deepEqual([answers.filter(({ status }) => status === 200).length, node.table.size], [5, 5]);
});

test('clients that leave in the middle of a body or before the answer do no harm', async (t) => {
  const node = await testNode(t);
  const session = await openSession(node);
  const port = Number(new URL(node.url).port);
  const lines = (length: number) =>
    `POST /mcp HTTP/1.1\r\nhost: localhost\r\naccept: ${MCP_HEADERS.accept}\r\ncontent-type: application/json\r\nmcp-session-id: ${session}\r\ncontent-length: ${length}\r\n\r\n`;
  for (const [body, length] of [
    ['{"jsonrpc"', 1000],
    [JSON.stringify(call('long_task', { steps: 1, stepMs: 1 })), undefined],
  ] as const)
    for (const leave of ['destroy', 'resetAndDestroy'] as const) {
      const socket = connect(port, '127.0.0.1');
      await once(socket, 'connect');
      socket.write(lines(length ?? body.length) + body, () => socket[leave]());
      await once(socket, 'close');
    }
  assert.equal((await ask(node, { session, body: PING })).status, 200);
  await node.table.quiet();
});

test('if the client leaves before it gets the answer to initialize, the session ends at once, and its place is free', async (t) => {
  const { createServer } = await import('../example/server.ts');
  let go = (): void => undefined;
  let wasAsked = (): void => undefined;
  const asked = new Promise<void>((resolve) => {
    wasAsked = resolve;
  });
  let ended: AbortSignal | undefined;
  const node = await testNode(t, {
    maxSessions: 1,
    createServer: async (context) => {
      if (ended !== undefined) return createServer(context);
      ended = context.ended;
      wasAsked();
      await new Promise<void>((resolve) => {
        go = resolve;
      });
      return createServer(context);
    },
  });
  const closed = new Promise<void>((resolve) =>
    node.server.once('connection', (socket) => socket.once('close', resolve)),
  );
  const leaving = connect(Number(new URL(node.url).port), '127.0.0.1');
  const body = JSON.stringify(initialize());
  leaving.write(
    `POST /mcp HTTP/1.1\r\nhost: localhost\r\naccept: ${MCP_HEADERS.accept}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  );
  await asked;
  leaving.destroy();
  await closed;
  const over = once(ended!, 'abort');
  go();
  await over;
  assert.deepEqual([node.table.size, node.store.sessions.size], [0, 0]);
  assert.equal((await ask(node, { body: initialize() })).status, 200);
});
