import assert from 'node:assert/strict';
import test from 'node:test';
import { EventBuffer } from './event-buffer.ts';

const buffer = (limits: Partial<{ maxEvents: number; maxBytes: number }> = {}) =>
  new EventBuffer('ab12', { maxEvents: 100, maxBytes: 10_000, ...limits });
const dataAfter = (events: EventBuffer, id: string) => events.after(id)?.events.map(({ data }) => data);

test('the rest of a stream is its own events after the one named, in the order they came', () => {
  const events = buffer();
  const start = events.append('a');
  const ids = Array.from({ length: 25 }, (_, i) => {
    events.append('b', `b${i}`);
    return events.append('a', `a${i}`);
  });
  assert.deepEqual(
    dataAfter(events, start),
    Array.from({ length: 25 }, (_, i) => `a${i}`),
  );
  // As text, event 9 would come after event 10.
  assert.deepEqual(dataAfter(events, ids[8]!)?.[0], 'a9');
  assert.deepEqual(dataAfter(events, ids[24]!), []);
});

test('an id that this buffer did not make names no stream', () => {
  const events = buffer();
  const id = events.append('a', 'x');
  const [tag, stream, seq] = id.split('-');
  const forged = [
    '',
    'x',
    `zz99-${stream}-${seq}`,
    `${tag}-9-${seq}`,
    `${tag}-${stream}-999`,
    `${tag}-${stream}-1e3`,
    `${tag}-${stream}--1`,
    `${tag}-${stream}-${seq}\r\n`,
    `${tag}-__proto__-1`,
    `.${id}`,
    '9'.repeat(1_000_000),
  ];
  for (const one of forged) assert.equal(events.streamOf(one), undefined);
  assert.equal(events.streamOf(id), 'a');
});

for (const [limit, limits] of [
  ['count', { maxEvents: 3 }],
  ['size', { maxBytes: 6 }],
] as const)
  test(`the oldest events go first when the ${limit} is reached, and the gap is told`, () => {
    const events = buffer(limits);
    const start = events.append('a');
    const ids = ['e1', 'e2', 'e3', 'e4'].map((data) => events.append('a', data));
    assert.deepEqual(dataAfter(events, start), ['e2', 'e3', 'e4']);
    assert.equal(events.after(start)?.gap, true);
    assert.equal(events.after(ids[0]!)?.gap, false);
  });

test('an event larger than all that may be kept is not kept', () => {
  const events = buffer({ maxBytes: 10 });
  const start = events.append('a');
  events.append('a', 'x'.repeat(11));
  assert.deepEqual(events.after(start), { stream: 'a', events: [], gap: true });
});

test('a finished stream can be resumed until its last event is gone, and is forgotten then', () => {
  const events = buffer({ maxEvents: 2 });
  const start = events.append('a');
  events.append('a', 'answer');
  events.finish('a');
  assert.equal(events.isFinished('a'), true);
  assert.deepEqual(dataAfter(events, start), ['answer']);
  events.append('b', 'b1');
  events.append('b', 'b2');
  assert.equal(events.streamOf(start), undefined);
});

test('a finished stream that lost its first event can be resumed at its last one', () => {
  const events = buffer({ maxEvents: 2 });
  const start = events.append('a', 'a1');
  events.append('a', 'a2');
  events.finish('a');
  events.append('b', 'b1');
  assert.deepEqual(dataAfter(events, start), ['a2']);
});

test('a stream that ends without an event to resume is forgotten at once', () => {
  const events = buffer();
  const start = events.append('a');
  events.finish('a');
  assert.equal(events.streamOf(start), undefined);
  assert.equal(events.isFinished('a'), false);
});

test('a forgotten stream can begin anew, under ids of its own', () => {
  const events = buffer();
  const before = events.append('a', 'old');
  events.forget('a');
  const anew = events.append('a');
  events.append('a', 'new');
  assert.deepEqual([dataAfter(events, before), dataAfter(events, anew)], [undefined, ['new']]);
});

test('a forgotten stream cannot be resumed, and its events trouble no other', () => {
  const events = buffer({ maxEvents: 2 });
  const start = events.append('a', 'a1');
  events.forget('a');
  assert.equal(events.after(start), undefined);
  const b = events.append('b');
  for (const data of ['b1', 'b2', 'b3']) events.append('b', data);
  assert.deepEqual(dataAfter(events, b), ['b2', 'b3']);
});

test('a place after all events so far resumes with the next', () => {
  const events = buffer();
  const before = events.here('get');
  events.append('get', 'one');
  const after = events.here('get');
  events.append('get', 'two');
  assert.deepEqual([dataAfter(events, before), dataAfter(events, after)], [['one', 'two'], ['two']]);
});
