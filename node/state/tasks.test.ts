import assert from 'node:assert/strict';
import test from 'node:test';
import { McpServer, ProtocolError } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { defineServer } from '../mcp/open-session.ts';
import { eventsOf, open, testClient, testNode } from '../test-bench.ts';
import { callTool, envelope, headersOf, request } from '../test-sessionless.ts';
import { addTask, type TaskRun } from './add-task.ts';

const QUESTION = { method: 'elicitation/create', params: { message: 'Sure?', requestedSchema: { type: 'object' } } };

/** Tools that wait until the test lets them continue. */
const stage = () => {
  const runs: TaskRun[] = [];
  const waiting: ((word: string) => void)[] = [];
  const next = (word: string): void => waiting.shift()?.(word);
  const createServer = defineServer((context) => {
    const server = new McpServer({ name: 'stage', version: '1' });
    const add = (name: string, run: (task: TaskRun) => Promise<string>, more = {}) =>
      addTask(server, context, {
        ...more,
        name,
        description: name,
        inputSchema: z.object({}),
        run: async (_, task) => ({ content: [{ type: 'text', text: await run(task) }] }),
      });
    add('play', async (task) => {
      runs.push(task);
      const word = await new Promise<string>((resolve) => waiting.push(resolve));
      if (word === 'fail') throw new Error('it broke');
      if (word === 'nothing') throw undefined;
      if (word === 'no JSON') return 1n as unknown as string;
      if (word === 'refuse') throw new ProtocolError(-32042, 'not so');
      return word;
    });
    add('ask', async (task) => JSON.stringify(await task.ask({ one: QUESTION, two: QUESTION })));
    add('short', () => new Promise(() => undefined), { ttl: 0 });
    add('bound', () => new Promise(() => undefined), {
      bind: ({ headers }: Request) => headers.get('x-user') ?? undefined,
    });
    return server;
  });
  return { createServer, runs, next };
};

type Node = { readonly url: string };
const begin = async (node: Node, name: string, headers = {}): Promise<string> => {
  const { json } = await callTool(node, name, {}, { headers });
  assert.equal(json.result.resultType, 'task', JSON.stringify(json));
  return json.result.taskId;
};
const ask = (node: Node, method: string, taskId: string, more: object = {}, headers = {}) =>
  request(node, envelope(method, { taskId, ...more }), { headers });
const get = async (node: Node, taskId: string) => (await ask(node, 'tasks/get', taskId)).json.result;
/** A task runs by itself; each poll is a request. */
const ended = async (node: Node, taskId: string) => {
  for (;;) {
    const task = await get(node, taskId);
    if (task.status !== 'working') return task;
  }
};

for (const [word, told] of [
  ['nothing', /undefined/],
  ['no JSON', /BigInt/],
] as const)
  test(`a task that ends with ${word} is over, with an error that can be fetched`, {
    timeout: 120_000,
  }, async (t) => {
    const { createServer, next } = stage();
    const node = await testNode(t, { createServer });
    const task = await begin(node, 'play');
    next(word);
    const { status, result } = await ended(node, task);
    assert.deepEqual([status, result.isError], ['completed', true]);
    assert.match(result.content[0].text, told);
  });

test('a task names its node, is there at once, and gives its result', async (t) => {
  const { createServer, next } = stage();
  const node = await testNode(t, { name: 'n7', createServer });
  const { json } = await callTool(node, 'play');
  const { taskId, ttlMs, pollIntervalMs, status, createdAt } = json.result;
  assert.match(taskId, /^n7\.[0-9a-f-]{36}$/);
  assert.deepEqual([ttlMs, pollIntervalMs, status], [3_600_000, 1000, 'working']);
  assert.ok(Math.abs(Date.parse(createdAt) - Date.now()) < 60_000);
  assert.equal((await get(node, taskId)).status, 'working');
  const records = await node.registry.sessions();
  assert.deepEqual(records.kind === 'listed' && records.items.map(({ kind, id }) => [kind, id]), [['task', taskId]]);
  next('the end');
  const { result, resultType } = await ended(node, taskId);
  assert.equal(resultType, 'complete');
  assert.deepEqual(result.content, [{ type: 'text', text: 'the end' }]);
});

test('a task with a delivered result does not keep a node from leaving', async (t) => {
  const { createServer, next } = stage();
  const node = await testNode(t, { createServer });
  const taskId = await begin(node, 'play');
  assert.equal(node.registry.status().live, 1);
  next('done');
  await ended(node, taskId);
  assert.equal(node.registry.status().live, 0);
  assert.equal((await get(node, taskId)).status, 'completed');
});

test('a tool that fails has completed with an error; one that breaks the protocol has failed', async (t) => {
  const { createServer, next } = stage();
  const node = await testNode(t, { createServer });
  const broken = await begin(node, 'play');
  next('fail');
  const { status, result } = await ended(node, broken);
  assert.deepEqual([status, result.isError, result.content[0].text], ['completed', true, 'it broke']);
  const refused = await begin(node, 'play');
  next('refuse');
  assert.deepEqual((await ended(node, refused)).error, { code: -32042, message: 'not so' });
});

test('a task with questions waits for all answers, in any number of messages', async (t) => {
  const node = await testNode(t, { createServer: stage().createServer });
  const taskId = await begin(node, 'ask');
  const asked = await ended(node, taskId);
  assert.equal(asked.status, 'input_required');
  assert.deepEqual(asked.inputRequests, { one: QUESTION, two: QUESTION });
  const answer = async (inputResponses: object) =>
    assert.equal((await ask(node, 'tasks/update', taskId, { inputResponses })).json.result.resultType, 'complete');
  await answer({ two: { action: 'accept' }, three: { action: 'accept' } });
  assert.deepEqual(Object.keys((await get(node, taskId)).inputRequests), ['one']);
  await answer({ two: { action: 'decline' } });
  await answer({ one: { action: 'decline' } });
  const { result } = await ended(node, taskId);
  assert.deepEqual(JSON.parse(result.content[0].text), { one: { action: 'decline' }, two: { action: 'accept' } });
});

test('a task that is cancelled stops its work, stays cancelled, and can be cancelled again', async (t) => {
  const { createServer, runs, next } = stage();
  const node = await testNode(t, { createServer });
  const taskId = await begin(node, 'play');
  for (let i = 0; i < 2; i++) assert.deepEqual((await ask(node, 'tasks/cancel', taskId)).status, 200);
  assert.equal(runs[0]?.signal.aborted, true);
  next('too late');
  assert.equal((await get(node, taskId)).status, 'cancelled');
  assert.equal(node.registry.status().live, 0);
});

test('an unknown task is an invalid-params error with the reason', async (t) => {
  const node = await testNode(t, { createServer: stage().createServer });
  const unknown = await ask(node, 'tasks/get', 'n1.0b8e8f56-0b8e-4f56-8b8e-0b8e8f560b8e');
  assert.deepEqual([unknown.json.error.code, unknown.json.error.data], [-32602, { reason: 'unknown' }]);
  const expired = await ask(node, 'tasks/get', await begin(node, 'short'));
  assert.match(expired.json.error.message, /^Task not found \(expired: /);
});

test('a bound task belongs to the caller who started it', async (t) => {
  const node = await testNode(t, { createServer: stage().createServer });
  const taskId = await begin(node, 'bound', { 'x-user': 'ann' });
  const status = async (user: string) => {
    const { result, error } = (await ask(node, 'tasks/get', taskId, {}, { 'x-user': user })).json;
    return result?.status ?? error.data.reason;
  };
  assert.deepEqual([await status('ann'), await status('bob')], ['working', 'unknown']);
});

test('a client that does not declare the extension gets a plain result, not a task', async (t) => {
  const { createServer, runs, next } = stage();
  const node = await testNode(t, { createServer });
  const plain = request(node, envelope('tools/call', { name: 'play', arguments: {} }, {}));
  while (runs.length === 0) await new Promise(setImmediate);
  next('plain');
  const { result } = (await plain).json;
  assert.deepEqual([result.resultType, result.content[0].text], ['complete', 'plain']);
  const refused = await request(node, envelope('tasks/get', { taskId: 'n1.0' }, {}));
  assert.deepEqual([refused.status, refused.json.error.code], [400, -32021]);
  const { client } = await testClient(t, node.url);
  const inSession = client.callTool({ name: 'play', arguments: {} });
  while (runs.length === 1) await new Promise(setImmediate);
  next('in a session');
  assert.deepEqual((await inSession).content, [{ type: 'text', text: 'in a session' }]);
});

test('a plain call reports its progress', async (t) => {
  const node = await testNode(t);
  const { client } = await testClient(t, node.url);
  const told: unknown[] = [];
  const onprogress = (progress: unknown): void => void told.push(progress);
  const result = await client.callTool({ name: 'slow_count', arguments: { to: 2 } }, undefined, { onprogress });
  assert.deepEqual(told, [
    { progress: 1, total: 2 },
    { progress: 2, total: 2 },
  ]);
  assert.deepEqual(result.content, [{ type: 'text', text: 'n1 2' }]);
  assert.deepEqual(result.structuredContent, { node: 'n1', count: 2 });
});

test('a subscriber to a task gets each change, if it may see the task', async (t) => {
  const { createServer, runs, next } = stage();
  const node = await testNode(t, { createServer });
  const [taskId, bound] = [await begin(node, 'play'), await begin(node, 'bound', { 'x-user': 'ann' })];
  const body = envelope('subscriptions/listen', { notifications: { taskIds: [taskId, bound] } });
  const events = eventsOf(await open(node, { body, headers: { ...headersOf(body), 'x-user': 'bob' } }));
  const heard = async () => JSON.parse((await events.next()).value?.data ?? 'null').params;
  assert.deepEqual((await heard()).notifications, { taskIds: [taskId, bound] });
  await ask(node, 'tasks/cancel', bound, {}, { 'x-user': 'ann' });
  await runs[0]?.progress(1, 2);
  next('done');
  const [first, second] = [await heard(), await heard()];
  assert.deepEqual([first.taskId, first.status, first.statusMessage], [taskId, 'working', '1 of 2']);
  assert.deepEqual([second.status, second.result.content[0].text], ['completed', 'done']);
});

test('a node that stops lets tasks end', async (t) => {
  const { createServer, runs, next } = stage();
  const node = await testNode(t, { createServer, graceMs: 60_000 });
  await begin(node, 'play');
  const stopped = node.stop();
  await new Promise(setImmediate);
  assert.equal(runs[0]?.signal.aborted, false);
  next('in time');
  await stopped;
});

test('and cuts off those that outlast the grace period', async (t) => {
  const { createServer, runs } = stage();
  const node = await testNode(t, { createServer, graceMs: 10 });
  await begin(node, 'play');
  await node.stop();
  assert.equal(runs[0]?.signal.aborted, true);
});
