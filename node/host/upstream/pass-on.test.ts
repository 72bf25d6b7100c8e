import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import test from 'node:test';
import { ask, call, eventsOf, initialize, MCP_HEADERS, open } from '../../test-bench.ts';
import { headerOf, nodeBefore, testServer, withSession } from './test-server.ts';

const PING = { jsonrpc: '2.0', id: 'mine', method: 'ping' };

const openAt = async (node: { url: string }): Promise<string> =>
  (await ask(node, { body: initialize() })).headers['mcp-session-id'] as string;

test('the node adds its name to ids on the way out and removes it on the way in', async (t) => {
  const server = await testServer(
    t,
    withSession('abc-123', (_, res) => void res.end('{}')),
  );
  const node = await nodeBefore(t, server);
  const session = await openAt(node);
  await ask(node, { session, body: PING });
  assert.deepEqual([session, headerOf(server.seen[1]!, 'mcp-session-id')], ['n1.abc-123', 'abc-123']);
});

test('all other bytes of a message pass unchanged, in both directions', async (t) => {
  const bytes = randomBytes(300_000);
  const server = await testServer(
    t,
    withSession('a', (_, res) => {
      res.sendDate = false;
      res.writeHead(207, ['X-Odd-Name', 'ä\u00ff', 'set-cookie', 'a=1', 'Set-Cookie', 'b=2', 'content-type', 'x/y']);
      res.end(bytes);
    }),
  );
  const node = await nodeBefore(t, server);
  const session = await openAt(node);
  const body = '{ "jsonrpc":"2.0",\n\t"id":\t1.0, "method" : "ping\\u0000" }\r\n ';
  const headers = { 'Last-Event-ID': 'n1.Ä-7', 'X-Custom': ['one', 'two'], authorization: 'Bearer x' };
  const all = { ...MCP_HEADERS, ...headers, 'mcp-session-id': session };
  const sent = request(`${node.url}/mcp`, { method: 'POST', headers: all }).end(Buffer.from(body));
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  const received = Buffer.concat(await answer.toArray());
  assert.deepEqual([answer.statusCode, received.equals(bytes)], [207, true]);
  const raw = answer.rawHeaders.join('|');
  assert.match(raw, /X-Odd-Name\|ä\u00ff\|set-cookie\|a=1\|set-cookie\|b=2/);
  assert.doesNotMatch(raw, /date/i);
  const seen = server.seen[1]!;
  assert.equal(seen.body, body);
  assert.deepEqual(
    ['last-event-id', 'authorization', 'content-length'].map((name) => headerOf(seen, name)),
    ['n1.Ä-7', 'Bearer x', String(Buffer.byteLength(body))],
  );
  assert.match(seen.raw.join('|'), /X-Custom\|one\|X-Custom\|two/);
});

test('a refusal with a new id opens no session, and its id is removed', async (t) => {
  const server = await testServer(t, (_, res) => void res.writeHead(400, { 'mcp-session-id': 'fresh' }).end('no'));
  const node = await nodeBefore(t, server);
  const { status, headers, text } = await ask(node, { body: initialize() });
  assert.deepEqual([status, headers['mcp-session-id'], text, node.table.size], [400, 'n1.fresh', 'no', 0]);
  assert.equal((await ask(node, { session: 'n1.fresh', body: PING })).json.error.data.reason, 'unknown');
});

for (const path of ['//mcp', '/MCP'])
  test(`no session begins at ${path}, and the server's is closed; a refusal passes without an id`, async (t) => {
    const told = new Set<string>();
    const server = await testServer(
      t,
      withSession('abc', (seen, res) => {
        told.add(`${seen.method} ${seen.url} ${headerOf(seen, 'mcp-session-id')}`);
        res.writeHead(400, { 'mcp-session-id': 'fresh' }).end('no');
      }),
    );
    const node = await nodeBefore(t, server);
    const { status, headers, json } = await ask(node, { path, body: initialize('mine') });
    assert.deepEqual([status, json.id, headers['mcp-session-id'], node.table.size], [404, 'mine', undefined, 0]);
    while (!told.has('DELETE /mcp abc')) await new Promise(setImmediate);
    const refused = await ask(node, { path, body: PING });
    assert.deepEqual([refused.status, refused.text, refused.headers['mcp-session-id']], [400, 'no', undefined]);
  });

test('a server without session ids is served without them', async (t) => {
  const server = await testServer(t, (_, res) => void res.end('{"jsonrpc":"2.0","id":1,"result":{}}'));
  const node = await nodeBefore(t, server);
  for (const body of [initialize(), PING]) assert.equal((await ask(node, { body })).status, 200);
  assert.deepEqual([node.table.size, server.seen.length], [0, 2]);
});

for (const status of [400, 404])
  test(`a session that the server has forgotten (${status}) is a 404 with its reason from then on`, async (t) => {
    let forgotten = false;
    const server = await testServer(
      t,
      withSession('a', (_, res) => void res.writeHead(forgotten ? status : 200).end('{}')),
    );
    const node = await nodeBefore(t, server);
    const session = await openAt(node);
    forgotten = true;
    for (let i = 0; i < 2; i++) {
      const { status: told, json } = await ask(node, { session, body: PING });
      assert.deepEqual([told, json.id, json.error.data.reason], [404, 'mine', 'forgotten']);
    }
    const [, , again] = server.seen;
    assert.deepEqual([JSON.parse(again!.body).method, headerOf(again!, 'mcp-session-id')], ['ping', 'a']);
    assert.deepEqual([node.table.size, node.store.sessions.size, server.seen.length], [0, 0, 3]);
  });

test('a 400 for a live session is passed on, and the ping uses the client’s identity', async (t) => {
  const server = await testServer(
    t,
    withSession('a', ({ body }, res) => void res.writeHead(body.includes('"ping"') ? 200 : 400).end('bad arguments')),
  );
  const node = await nodeBefore(t, server);
  const session = await openAt(node);
  const headers = { authorization: 'Bearer x', 'mcp-protocol-version': '2025-06-18' };
  const answer = await ask(node, { session, body: call('whatever'), headers });
  assert.deepEqual([answer.status, answer.text, node.table.size], [400, 'bad arguments', 1]);
  const ping = server.seen.at(-1)!;
  assert.deepEqual(
    ['authorization', 'mcp-protocol-version', 'content-type'].map((name) => headerOf(ping, name)),
    ['Bearer x', '2025-06-18', 'application/json'],
  );
});

test('502, 503 and 504 of the server become a 500 with the status in its data', async (t) => {
  let status = 502;
  const server = await testServer(
    t,
    withSession('a', (_, res) => void res.writeHead(status).end('<html>')),
  );
  const node = await nodeBefore(t, server);
  const session = await openAt(node);
  for (status of [502, 503, 504]) {
    const { status: told, json } = await ask(node, { session, body: PING });
    assert.deepEqual([told, json.id, json.error.data], [500, 'mine', { node: 'n1', status }]);
  }
  assert.equal((await ask(node, { method: 'GET', path: '/other' })).status, 504);
});

test('if the server is unreachable, sessions get a 404 with the reason and new ones a 503', async (t) => {
  const server = await testServer(
    t,
    withSession('a', (_, res) => void res.end('{}')),
  );
  const node = await nodeBefore(t, server);
  const session = await openAt(node);
  server.server.closeAllConnections();
  server.server.close();
  await once(server.server, 'close');
  const lost = await ask(node, { session, body: PING });
  assert.deepEqual([lost.status, lost.json.id, lost.json.error.data.reason], [404, 'mine', 'owner-gone']);
  const refused = await ask(node, { body: initialize('new') });
  assert.deepEqual([refused.status, refused.json.id, refused.headers['retry-after']], [503, 'new', '2']);
  assert.equal(node.table.running, 0);
});

test('if a server disconnects before its answer the client gets 500, during the answer it is cut off', async (t) => {
  const server = await testServer(
    t,
    withSession('a', ({ body }, res) => {
      if (body.includes('late')) res.write('half', () => res.socket?.destroy());
      else res.socket?.destroy();
    }),
  );
  const node = await nodeBefore(t, server);
  const session = await openAt(node);
  const broken = await ask(node, { session, body: call('at once') });
  assert.deepEqual([broken.status, broken.json.id], [500, 7]);
  await assert.rejects(ask(node, { session, body: call('late') }), { code: 'ECONNRESET' });
  assert.deepEqual([node.table.running, node.table.size], [0, 1]);
});

for (const [when, begin] of [
  ['before the answer', () => undefined],
  ['in the middle of it', (res: { write(text: string): void }) => res.write(': hello\n\n')],
] as const)
  test(`when a client disconnects ${when}, the request to the server ends`, async (t) => {
    let ended: Promise<unknown> = Promise.resolve();
    let asked = (): void => undefined;
    const wasAsked = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const server = await testServer(
      t,
      withSession('a', (_, res) => {
        ended = once(res, 'close');
        begin(res);
        asked();
      }),
    );
    const node = await nodeBefore(t, server);
    const session = await openAt(node);
    const sent = request(`${node.url}/mcp`, { method: 'POST', headers: { ...MCP_HEADERS, 'mcp-session-id': session } });
    sent.on('error', () => undefined);
    sent.end(JSON.stringify(PING));
    await wasAsked;
    sent.destroy();
    await ended;
    while (node.table.running > 0) await new Promise(setImmediate);
  });

test('if the client leaves before it gets the answer to initialize, the session is closed at the server too', async (t) => {
  let answer = (): void => undefined;
  let asked = (): void => undefined;
  const wasAsked = new Promise<void>((resolve) => {
    asked = resolve;
  });
  const server = await testServer(t, ({ method }, res) => {
    if (method === 'DELETE') return void res.end();
    res.writeHead(200, { 'mcp-session-id': 'a', 'content-type': 'text/event-stream' }).flushHeaders();
    answer = () => void res.end('data: {}\n\n');
    asked();
  });
  const node = await nodeBefore(t, server);
  const sent = request(`${node.url}/mcp`, { method: 'POST', headers: MCP_HEADERS });
  sent.on('error', () => undefined);
  sent.end(JSON.stringify(initialize()));
  await wasAsked;
  while (node.table.size === 0) await new Promise(setImmediate);
  sent.destroy();
  while (server.seen.at(-1)?.method !== 'DELETE') await new Promise(setImmediate);
  answer();
  assert.deepEqual([headerOf(server.seen.at(-1)!, 'mcp-session-id'), node.table.size], ['a', 0]);
});

test('when the server reuses a session id, the old session ends with its streams, without a DELETE', async (t) => {
  const server = await testServer(
    t,
    withSession('a', ({ method }, res) => {
      if (method === 'GET') res.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: {}\n\n');
      else res.end('{}');
    }),
  );
  const node = await nodeBefore(t, server);
  const stream = await open(node, { method: 'GET', session: await openAt(node) });
  const ended = stream.toArray();
  assert.equal(await openAt(node), 'n1.a');
  await ended;
  assert.equal((await ask(node, { session: 'n1.a', body: PING })).status, 200);
  assert.deepEqual([node.table.size, server.seen.map(({ method }) => method)], [1, ['POST', 'GET', 'POST', 'POST']]);
});

test('a client may have any name that JSON can express', async (t) => {
  const server = await testServer(
    t,
    withSession('a', (_, res) => void res.end('{}')),
  );
  const node = await nodeBefore(t, server);
  for (const name of [{ toString: 1, valueOf: 1 }, [[{ toString: null }]], null, 7]) {
    const params = { clientInfo: { name, version: name } };
    const { status, headers } = await ask(node, { body: { jsonrpc: '2.0', id: 1, method: 'initialize', params } });
    assert.deepEqual([status, headers['mcp-session-id']], [200, 'n1.a'], JSON.stringify(name));
  }
});

test('the head of a GET is sent at once, that of a POST with its first byte or after a delay', async (t) => {
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const server = await testServer(
    t,
    withSession('a', async ({ body }, res) => {
      res.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
      if (!body.includes('waits')) return;
      await released;
      res.end('data: {"late":1}\n\n');
    }),
  );
  const patient = await nodeBefore(t, { ...server, headWaitsMs: 3_600_000 });
  const session = await openAt(patient);
  const stream = await open(patient, { method: 'GET', session });
  assert.equal(stream.statusCode, 200);
  let head = false;
  const waiting = open(patient, { session, body: call('waits') }).then((answer) => {
    head = true;
    return answer;
  });
  const hasty = await nodeBefore(t, { ...server, headWaitsMs: 1 }, { name: 'n2' });
  const silent = await open(hasty, { session: await openAt(hasty), body: call('silent') });
  assert.deepEqual([silent.statusCode, head], [200, false]);
  release();
  for await (const { data } of eventsOf(await waiting)) assert.equal(data, '{"late":1}');
  stream.destroy();
  silent.destroy();
});

test('after an answer that did not wait for the body, the connection serves the next request', async (t) => {
  const hasty = createServer((_, res) => void res.writeHead(401).end('no')).listen(0, '127.0.0.1');
  t.after(() => hasty.close());
  await once(hasty, 'listening');
  const node = await nodeBefore(t, { url: `http://127.0.0.1:${(hasty.address() as AddressInfo).port}/other` });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  t.after(() => agent.destroy());
  const post = async (body: string): Promise<number | undefined> => {
    const sent = request(`${node.url}/elsewhere`, { method: 'POST', agent }).end(body);
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    await answer.resume().toArray();
    return answer.statusCode;
  };
  assert.deepEqual([await post('x'.repeat(20_000_000)), await post('y')], [401, 401]);
});

test('a body larger than 64 MiB is refused, by its length or while it arrives', { timeout: 120_000 }, async (t) => {
  const server = await testServer(
    t,
    withSession('a', (_, res) => void res.end('{}')),
  );
  const node = await nodeBefore(t, server);
  const session = await openAt(node);
  const large = 64 * 1024 * 1024 + 1;
  const headers = { ...MCP_HEADERS, 'mcp-session-id': session };
  const told = request(`${node.url}/mcp`, { method: 'POST', headers: { ...headers, 'content-length': large } });
  told.on('error', () => undefined);
  told.flushHeaders();
  const [refused] = await once(told, 'response');
  assert.equal(refused.statusCode, 413);
  told.destroy();
});
