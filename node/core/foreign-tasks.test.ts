import assert from 'node:assert/strict';
import test from 'node:test';
import { bodyToServer, mayNameTask, messagesToClient } from './foreign-tasks.ts';
import type { Message } from './json-rpc.ts';

const message = (method: string, params?: unknown): Message => ({ jsonrpc: '2.0', id: 1, method, params });
const knowing = (extensions: unknown) => ({
  _meta: { 'io.modelcontextprotocol/clientCapabilities': { extensions } },
});
const TASKS = knowing({ 'io.modelcontextprotocol/tasks': {} });

for (const [what, asked, may] of [
  ['a request about a task', message('tasks/get'), true],
  ['a request to listen', message('subscriptions/listen'), true],
  ['a call by a client that knows tasks', message('tools/call', TASKS), true],
  ['a call by a client that knows other extensions', message('tools/call', knowing({ other: {} })), false],
  ['a call by a client that knows none', message('tools/call', knowing(undefined)), false],
  ['a call without params', message('tools/call'), false],
  ['another request of a client that knows tasks', message('tools/list', TASKS), false],
  ['an answer', { jsonrpc: '2.0', id: 1 }, false],
] as const)
  test(`${what} ${may ? 'may' : 'cannot'} name a task`, () => assert.equal(mayNameTask(asked), may));

const toServer = (method: string, params: object): unknown => {
  const sent = bodyToServer('n1', message(method, params), Buffer.from(JSON.stringify({ method, params })));
  return JSON.parse(sent.toString()).params;
};

for (const [what, method, params, given] of [
  ['its own task without the name of the node', 'tasks/get', { taskId: 'n1.t' }, { taskId: 't' }],
  [
    'the tasks that a client listens to, those of other nodes as they are',
    'subscriptions/listen',
    { notifications: { taskIds: ['n1.t', 'n2.t'], tools: 'n1.t' } },
    { notifications: { taskIds: ['t', 'n2.t'], tools: 'n1.t' } },
  ],
  ['the arguments of a tool as they are', 'tools/call', { taskId: 'n1.t' }, { taskId: 'n1.t' }],
] as const)
  test(`the server gets ${what}`, () => assert.deepEqual(toServer(method, params), given));

const toClient = (asked: Message, told: object): unknown => {
  const sent = messagesToClient('n1', asked)(Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...told })));
  const { jsonrpc: _, ...rest } = JSON.parse(sent.toString());
  return rest;
};
const CALL = message('tools/call', TASKS);
const listening = (taskIds: unknown) => message('subscriptions/listen', { notifications: { taskIds } });
const acknowledged = (taskIds: readonly string[]) => ({
  method: 'notifications/subscriptions/acknowledged',
  params: { notifications: { taskIds } },
});
const notified = (taskId: string) => ({ method: 'notifications/tasks', params: { taskId } });

for (const [what, asked, told, given] of [
  [
    'a task that a call began with the name of the node',
    CALL,
    { id: 1, result: { resultType: 'task', taskId: 't' } },
    { id: 1, result: { resultType: 'task', taskId: 'n1.t' } },
  ],
  [
    'the result of a tool as it is, whatever it has under this name',
    CALL,
    { id: 1, result: { resultType: 'complete', taskId: 't' } },
    { id: 1, result: { resultType: 'complete', taskId: 't' } },
  ],
  [
    'the state of a task with the name of the node',
    message('tasks/get'),
    { id: 1, result: { taskId: 't', result: { taskId: 't' } } },
    { id: 1, result: { taskId: 'n1.t', result: { taskId: 't' } } },
  ],
  ['news of a task with the name of the node', listening(['n1.t']), notified('t'), notified('n1.t')],
  ['news of a task while a call runs', CALL, notified('t'), notified('n1.t')],
  [
    'what a server tells otherwise as it is',
    CALL,
    { method: 'notifications/message', params: { taskId: 't' } },
    { method: 'notifications/message', params: { taskId: 't' } },
  ],
  [
    'the names of the tasks that it listens to, those of other nodes as it wrote them',
    listening(['n1.t', 'n2.t']),
    acknowledged(['t', 'n2.t']),
    acknowledged(['n1.t', 'n2.t']),
  ],
  [
    'the names of a server whose own ids begin as the node is called',
    listening(['n1.t', 'n1.n1.t']),
    acknowledged(['t', 'n1.t']),
    acknowledged(['n1.t', 'n1.n1.t']),
  ],
  ['its names too where some of them are no text', listening([7, 'n1.t']), acknowledged(['t']), acknowledged(['n1.t'])],
  ['names too where it asked for no list', listening({}), acknowledged(['t']), acknowledged(['n1.t'])],
] as const)
  test(`a client gets ${what}`, () => assert.deepEqual(toClient(asked, told), given));

test('what is no message passes byte for byte', () => {
  for (const text of ['{"taskId', '[]', '"taskId"', '{"taskId":"t"}'])
    assert.equal(messagesToClient('n1', message('tasks/get'))(Buffer.from(text)).toString(), text);
});
