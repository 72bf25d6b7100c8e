import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import type { ServerResponse } from 'node:http';
import test, { type TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';
import { ask, eventsOf, open } from '../../test-bench.ts';
import { callTool, envelope, headersOf, request } from '../../test-sessionless.ts';
import { headerOf, nodeBefore, type Seen, testServer } from './test-server.ts';

const JSON_TYPE = { 'content-type': 'application/json' };
const EVENTS = { 'content-type': 'text/event-stream' };

const bothEras = async (t: TestContext, answer: (seen: Seen, res: ServerResponse) => void | Promise<void>) => {
  const server = await testServer(t, answer);
  return { server, node: await nodeBefore(t, { ...server, era: 'both' }) };
};

/** With fetch: it reads what is compressed, and can leave. */
const post = (node: { url: string }, body: ReturnType<typeof envelope>, signal?: AbortSignal) =>
  fetch(`${node.url}/mcp`, {
    method: 'POST',
    headers: { ...JSON_TYPE, accept: 'application/json, text/event-stream', ...headersOf(body) },
    body: JSON.stringify(body),
    ...(signal && { signal }),
  });

const created = (taskId: string): string =>
  `{"jsonrpc":"2.0","id":1, "result":{"resultType":"task","taskId":"${taskId}","big":10000000000000000001}}`;

test('the node adds its name to a task id in the answer, with the right Content-Length', async (t) => {
  const text = created('t-1');
  const { node } = await bothEras(t, (_, res) => {
    res.writeHead(200, { ...JSON_TYPE, 'content-length': text.length }).end(text);
  });
  const answer = await callTool(node, 'begin');
  assert.equal(answer.text, created('n1.t-1'));
  assert.equal(answer.headers['content-length'], String(text.length + 'n1.'.length));
});

test('the name is removed from header and body of a task’s request, and nothing else changes', async (t) => {
  const { node, server } = await bothEras(t, (_, res) => {
    res.writeHead(200, JSON_TYPE).end('{"jsonrpc":"2.0","id":1,"result":{"taskId":"t-1","status":"working"}}');
  });
  for (const method of ['tasks/get', 'tasks/update', 'tasks/cancel']) {
    const body = envelope(method, { taskId: 'n1.t-1', inputResponses: { a: 'n1.t-1' } });
    const answer = await request(node, body);
    assert.deepEqual([answer.json.result.taskId, answer.headers['x-mooring-session']], ['n1.t-1', 'n1.t']);
    const seen = server.seen.at(-1)!;
    assert.equal(seen.body, JSON.stringify(body).replace('"taskId":"n1.', '"taskId":"'));
    assert.deepEqual(
      ['mcp-name', 'mcp-method', 'content-length'].map((name) => headerOf(seen, name)),
      ['t-1', method, String(seen.body.length)],
    );
  }
});

test('a header that contradicts the body still does so behind the node', async (t) => {
  const { node, server } = await bothEras(t, (_, res) => void res.end('{}'));
  for (const name of ['t-1', 'n1.t-2', 'n2.t-1', undefined]) {
    await request(node, envelope('tasks/get', { taskId: 'n1.t-1' }), { headers: { 'mcp-name': name } });
    const seen = server.seen.at(-1)!;
    assert.equal(JSON.parse(seen.body).params.taskId, 't-1');
    assert.equal(headerOf(seen, 'mcp-name'), name?.replace('n1.', ''));
  }
});

test('a request for another node’s task never reaches the server, which may have one with this id', async (t) => {
  const { node, server } = await bothEras(t, (_, res) => void res.end('{}'));
  const { status, json } = await request(node, envelope('tasks/get', { taskId: 'n2.t-1' }));
  assert.deepEqual([status, json.id, json.error.code, json.error.data.reason], [200, 1, -32602, 'wrong-node']);
  assert.match(json.error.message, /the task is on n2, and n1 was asked/);
  assert.equal(server.seen.length, 0);
});

test('tasks in an event stream get the name too, wherever the bytes are split', async (t) => {
  const note = '{"jsonrpc":"2.0","method":"notifications/tasks","params":{"taskId":"t-1","note":"ü \\n"}}';
  const stream = `: hello\r\n\r\nid: 1\r\nevent: message\r\ndata: ${note}\r\n\r\ndata:${created('t-2')}\n\n`;
  const { node } = await bothEras(t, async (_, res) => {
    res.writeHead(200, EVENTS);
    for (const byte of Buffer.from(stream)) if (!res.write(Buffer.of(byte))) await once(res, 'drain');
    res.end();
  });
  const { text } = await callTool(node, 'begin');
  assert.equal(text, stream.replaceAll('"taskId":"', '"taskId":"n1.'));
});

test('a subscriber to this node’s tasks gets them with the name; ids of other nodes stay as they are', async (t) => {
  const { node, server } = await bothEras(t, ({ body }, res) => {
    const { notifications } = JSON.parse(body).params;
    const params = { notifications };
    const told = { jsonrpc: '2.0', method: 'notifications/subscriptions/acknowledged', params };
    const changed = { jsonrpc: '2.0', method: 'notifications/tasks', params: { taskId: 't-1', status: 'working' } };
    res.writeHead(200, EVENTS);
    res.write(`data: ${JSON.stringify(told)}\n\ndata: ${JSON.stringify(changed)}\n\n`);
  });
  const body = envelope('subscriptions/listen', { notifications: { taskIds: ['n1.t-1', 'n2.t-1'] } });
  const events = eventsOf(await open(node, { body, headers: headersOf(body) }));
  const heard = async () => JSON.parse((await events.next()).value?.data ?? '').params;
  assert.deepEqual((await heard()).notifications.taskIds, ['n1.t-1', 'n2.t-1']);
  assert.equal((await heard()).taskId, 'n1.t-1');
  assert.deepEqual(JSON.parse(server.seen[0]!.body).params.notifications.taskIds, ['t-1', 'n2.t-1']);
});

test('anything without a task passes byte for byte: results, errors, other types, compressed bodies', async (t) => {
  const complete = '{"jsonrpc":"2.0", "id":1,"result":{"resultType":"complete","taskId":"t-1","content":[]}}';
  const answers: [object, string | Buffer, string?][] = [
    [JSON_TYPE, complete],
    [JSON_TYPE, 'not JSON, with "taskId" in it'],
    [{ 'content-type': 'text/plain' }, created('t-1')],
    [{ ...JSON_TYPE, 'content-encoding': 'gzip' }, gzipSync(created('t-1')), created('t-1')],
  ];
  let now = answers[0]!;
  const { node, server } = await bothEras(t, (_, res) => void res.writeHead(200, { ...now[0] }).end(now[1]));
  const body = envelope('tools/call', { name: 'any', arguments: {} });
  for (now of answers) {
    const text = await (await post(node, body)).text();
    assert.equal(text, now[2] ?? now[1]);
    assert.equal(headerOf(server.seen.at(-1)!, 'accept-encoding'), 'identity');
  }
  const plain = envelope('tools/call', { name: 'any', arguments: {} }, {});
  now = [JSON_TYPE, created('t-1')];
  assert.equal((await ask(node, { body: plain, headers: headersOf(plain) })).text, created('t-1'));
});

test('when a client disconnects the server learns it at once, whether its answer is one message or a stream', async (t) => {
  for (const headers of [JSON_TYPE, EVENTS]) {
    const serving = new EventEmitter();
    const [begun, gone] = [once(serving, 'begun'), once(serving, 'gone')];
    const { node } = await bothEras(t, (_, res) => {
      serving.emit('begun');
      res.once('close', () => serving.emit('gone'));
      res.writeHead(200, headers).write(headers === EVENTS ? ': hello\n\n' : '{');
    });
    const body = envelope('tools/call', { name: 'any', arguments: {} });
    const leave = new AbortController();
    const sent = post(node, body, leave.signal);
    await (headers === EVENTS ? sent : begun);
    leave.abort();
    await sent.catch(() => undefined);
    await gone;
    while (node.table.running > 0) await new Promise(setImmediate);
  }
});

test('the name of a tool may begin with the node’s name', async (t) => {
  const { node, server } = await bothEras(t, (_, res) => void res.writeHead(200, JSON_TYPE).end('{}'));
  const tasks = { extensions: { 'io.modelcontextprotocol/tasks': {} } };
  await request(node, envelope('tools/call', { name: 'n1.create', arguments: {} }, tasks));
  const seen = server.seen.at(-1)!;
  assert.deepEqual([headerOf(seen, 'mcp-name'), JSON.parse(seen.body).params.name], ['n1.create', 'n1.create']);
});

test('the name is also removed from a task id that is encoded in its header', async (t) => {
  const { node, server } = await bothEras(t, (_, res) => void res.writeHead(200, JSON_TYPE).end('{}'));
  const coded = (id: string): string => `=?base64?${Buffer.from(id).toString('base64')}?=`;
  const body = envelope('tasks/get', { taskId: 'n1.ü' });
  await request(node, body, { headers: { 'mcp-name': coded('n1.ü') } });
  const seen = server.seen.at(-1)!;
  assert.deepEqual([headerOf(seen, 'mcp-name'), JSON.parse(seen.body).params.taskId], [coded('ü'), 'ü']);
});

for (const taskId of ['n2.a b', 'n2.ü', `n2.${'x'.repeat(2000)}`])
  test(`a task of another node is known by any id: ${taskId.slice(0, 8)}`, async (t) => {
    const { node, server } = await bothEras(t, (_, res) => void res.end('{}'));
    const headers = { 'mcp-name': `=?base64?${Buffer.from(taskId).toString('base64')}?=` };
    const { json } = await request(node, envelope('tasks/get', { taskId }), { headers });
    assert.deepEqual([json.error.data.reason, server.seen.length], ['wrong-node', 0]);
  });

test('answers are renamed whatever the case of their content type, and with identity coding', async (t) => {
  let headers = {};
  const { node } = await bothEras(t, (_, res) => void res.writeHead(200, headers).end(created('t-1')));
  for (headers of [
    { 'content-type': 'Application/JSON' },
    { ...JSON_TYPE, 'content-encoding': 'identity' },
    { ...JSON_TYPE, 'content-encoding': '' },
  ])
    assert.equal((await callTool(node, 'begin')).text, created('n1.t-1'), JSON.stringify(headers));
});

test('a task request that is too large to be read is refused, and never sent with the name in it', async (t) => {
  const { node, server } = await bothEras(t, (_, res) => void res.end('{}'));
  const inputResponses = { image: 'x'.repeat(5 * 1024 * 1024) };
  const { status } = await request(node, envelope('tasks/update', { taskId: 'n1.t-1', inputResponses }));
  assert.deepEqual([status, server.seen.length], [413, 0]);
});

test('a complete event arrives even if the server dies right after it', async (t) => {
  const { node } = await bothEras(t, (_, res) => {
    res.writeHead(200, EVENTS).write('data: {"jsonrpc":"2.0","id":1,"result":{}}\n\n', () => res.socket?.destroy());
  });
  const answer = await post(node, envelope('tools/call', { name: 'x', arguments: {} }));
  const reader = answer.body!.getReader();
  const first = await reader.read();
  assert.match(Buffer.from(first.value ?? []).toString(), /"result":\{\}/);
  await reader.cancel().catch(() => undefined);
});
