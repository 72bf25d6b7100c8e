import assert from 'node:assert/strict';
import test from 'node:test';
import type { Message, RequestId } from './json-rpc.ts';
import { PipeRoutes } from './pipe-routes.ts';

const call = (id: RequestId, progressToken?: unknown) => ({
  jsonrpc: '2.0' as const,
  id,
  method: 'tools/call',
  params: progressToken === undefined ? {} : { _meta: { progressToken } },
});
const answer = (id: RequestId): Message => ({ jsonrpc: '2.0', id });
const progress = (progressToken: unknown): Message => ({
  jsonrpc: '2.0',
  method: 'notifications/progress',
  params: { progressToken },
});
const LOG: Message = { jsonrpc: '2.0', method: 'notifications/message' };
const told = (stream: string) => ({ kind: 'told', stream });

const routes = (open: readonly string[] = ['a', 'b', 'get']) =>
  new PipeRoutes({ get: 'get', isOpen: (stream) => open.includes(stream) });

test('each answer goes to the stream of its POST, and the last one ends it', () => {
  const pipe = routes();
  pipe.begin('a', [call(1), call('1')]);
  pipe.begin('b', [call(2)]);
  assert.deepEqual(pipe.routeOf(answer('1')), { kind: 'answer', stream: 'a', last: false });
  assert.deepEqual(pipe.routeOf(answer(2)), { kind: 'answer', stream: 'b', last: true });
  assert.deepEqual(pipe.routeOf(answer(1)), { kind: 'answer', stream: 'a', last: true });
});

test('an answer for which nobody waits goes nowhere: it came twice, or its request was cancelled', () => {
  const pipe = routes();
  pipe.begin('a', [call(1), call(2)]);
  pipe.routeOf(answer(1));
  pipe.forget(2);
  for (const id of [1, 2, 3]) assert.deepEqual(pipe.routeOf(answer(id)), { kind: 'nobody' });
});

test('whoever cancels a request learns which stream has nothing left to wait for', () => {
  const pipe = routes();
  pipe.begin('a', [call(1), call(2)]);
  assert.deepEqual([pipe.forget(1), pipe.waiting()], [undefined, [2]]);
  assert.deepEqual([pipe.forget(2), pipe.waiting()], ['a', []]);
  assert.equal(pipe.forget(2), undefined);
});

test('progress goes to the stream of its call until that is answered, whatever else runs', () => {
  const pipe = routes();
  pipe.begin('a', [call(1, 'token'), { ...call(2), params: undefined }]);
  pipe.begin('b', [call(3, 7), call(4)]);
  assert.deepEqual(pipe.routeOf(progress('token')), told('a'));
  assert.deepEqual(pipe.routeOf(progress(7)), told('b'));
  assert.deepEqual(pipe.routeOf(progress('7')), told('get'));
  pipe.routeOf(answer(3));
  assert.deepEqual(pipe.routeOf(progress(7)), told('get'));
});

test('a token in a message that is no progress says nothing about its stream', () => {
  const pipe = routes();
  pipe.begin('a', [call(1, 'token')]);
  pipe.begin('b', [call(2)]);
  assert.deepEqual(pipe.routeOf({ ...LOG, params: { progressToken: 'token' } }), told('get'));
});

test('what belongs to no call goes to the only POST that waits, and else to the stream of the session', () => {
  const pipe = routes();
  assert.deepEqual(pipe.routeOf(LOG), told('get'));
  pipe.begin('a', [call(1), call(2)]);
  assert.deepEqual(pipe.routeOf(LOG), told('a'));
  assert.deepEqual(pipe.routeOf(progress(undefined)), told('a'));
  pipe.begin('b', [call(3)]);
  for (const message of [LOG, progress(undefined)]) assert.deepEqual(pipe.routeOf(message), told('get'));
  pipe.routeOf(answer(3));
  assert.deepEqual(pipe.routeOf({ ...LOG, id: 9, method: 'sampling/createMessage' }), told('a'));
});

for (const { open, stream } of [
  { open: ['get'], stream: 'get' },
  { open: ['a'], stream: 'a' },
  { open: [], stream: 'a' },
])
  test(`with ${open.join() || 'no stream'} open, a message during the only POST is for ${stream}`, () => {
    const pipe = routes(open);
    pipe.begin('a', [call(1)]);
    assert.deepEqual(pipe.routeOf(LOG), told(stream));
  });
