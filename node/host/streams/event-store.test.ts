import assert from 'node:assert/strict';
import test from 'node:test';
import { EventBuffer } from '../../core/event-buffer.ts';
import { GET_STREAM, SessionEvents } from './event-store.ts';

const note = (data: string) => ({ jsonrpc: '2.0', method: 'notifications/message', params: { data } });

const store = () => {
  const answered: unknown[][] = [];
  const buffer = new EventBuffer('ab12', { maxEvents: 100, maxBytes: 10_000 });
  return { answered, events: new SessionEvents(buffer, (...answer) => answered.push(answer)) };
};

test('a replay runs in one turn: no event is lost between it and the stream that follows', async () => {
  const { events } = store();
  const start = await events.storeEvent('a', {});
  for (const data of ['1', '2', '3']) await events.storeEvent('a', note(data));
  const sent: unknown[] = [];
  const send = async (_: string, message: unknown): Promise<void> => void sent.push(message);
  const replaying = events.replayEventsAfter(start, { send });
  assert.deepEqual(sent, [note('1'), note('2'), note('3')]);
  assert.equal(await replaying, 'a');
});

test('the stream of a POST is known once, as soon as the SDK has primed it', async () => {
  const { events } = store();
  void events.storeEvent('a', {});
  assert.deepEqual([events.takePrimed(), events.takePrimed()], ['a', undefined]);
  void events.storeEvent('a', note('1'));
  assert.equal(events.takePrimed(), undefined);
});

test('answers are reported, requests to the client and notifications are not', async () => {
  const { events, answered } = store();
  await events.storeEvent('a', note('1'));
  await events.storeEvent('a', { jsonrpc: '2.0', id: 0, method: 'sampling/createMessage' });
  await events.storeEvent('a', { jsonrpc: '2.0', id: 7, result: {} });
  await events.storeEvent('b', { jsonrpc: '2.0', id: 'x', error: { code: 1, message: '' } });
  assert.deepEqual(answered, [
    [7, 'a'],
    ['x', 'b'],
  ]);
});

test('an answer that is not kept is replayed as an error for its request', async () => {
  const { events } = store();
  const start = await events.storeEvent('a', {});
  await events.storeEvent('a', { jsonrpc: '2.0', id: 'mine', result: { text: 'x'.repeat(5_000_000) } });
  const [only] = events.buffer.after(start)?.events ?? [];
  const { id, error } = JSON.parse(only?.data ?? '');
  assert.deepEqual([id, error.code, error.data], ['mine', -32000, { reason: 'answer-lost' }]);
});

test('events without a GET stream are those after the last one ended', async () => {
  const { events } = store();
  const { buffer } = events;
  await events.storeEvent(GET_STREAM, note('before the first'));
  assert.equal(buffer.after(events.resumeGetFrom)?.events.length, 1);
  events.getStreamEnded();
  assert.equal(buffer.after(events.resumeGetFrom)?.events.length, 0);
});
