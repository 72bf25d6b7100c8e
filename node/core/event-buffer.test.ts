import assert from 'node:assert/strict';
import test from 'node:test';
import { EventBuffer } from './event-buffer.ts';

const buffer = (limits: Partial<{ maxEvents: number; maxBytes: number }> = {}) =>
  new EventBuffer('ab12', { maxEvents: 100, maxBytes: 10_000, ...limits });
const isNote = (data: string): boolean => data.includes('are lost');
const allAfter = (events: EventBuffer, id: string) => events.after(id)?.events.map(({ data }) => data);
const dataAfter = (events: EventBuffer, id: string) => allAfter(events, id)?.filter((data) => !isNote(data));
const answer = (events: EventBuffer, stream: string, data = 'answer') => {
  const id = events.answer(stream, { data, otherwise: `${stream} lost` });
  events.finish(stream);
  return id;
};

test('the rest of a stream is its own events after the given one, in order', () => {
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
  // Compared as text, event 9 would come after event 10.
  assert.deepEqual(dataAfter(events, ids[8]!)?.[0], 'a9');
  assert.deepEqual(allAfter(events, ids[24]!), []);
  assert.equal(events.isFinished('a'), false);
});

test('an id from elsewhere names no stream', () => {
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
  test(`the oldest events go first when the ${limit} is reached, and the gap is reported`, () => {
    const events = buffer(limits);
    const start = events.append('a');
    const ids = ['e1', 'e2', 'e3', 'e4'].map((data) => events.append('a', data));
    assert.deepEqual(dataAfter(events, start), ['e2', 'e3', 'e4']);
    assert.equal(events.after(start)?.gap, 1);
    assert.equal(events.after(ids[0]!)?.gap, 0);
    const [note, ...rest] = events.after(start)?.events ?? [];
    assert.equal(rest.length, 3);
    const { params, ...message } = JSON.parse(note?.data ?? '');
    assert.deepEqual(message, { jsonrpc: '2.0', method: 'notifications/message' });
    assert.deepEqual([params.level, params.logger], ['warning', 'mooring']);
    assert.match(params.data, /^1 events of this stream are lost/);
    assert.equal(events.after(note?.id ?? '')?.gap, 0);
  });

test('an event above the limit is not kept, and evicts no other', () => {
  const events = buffer({ maxBytes: 10 });
  const start = events.append('a');
  for (const data of ['before', 'x'.repeat(11), 'then']) events.append('a', data);
  assert.equal(events.after(start)?.gap, 1);
  const [first, note, last] = allAfter(events, start) ?? [];
  assert.deepEqual([first, isNote(note ?? ''), last], ['before', true, 'then']);
});

test('events never evict answers, and the rest of a stream says how many events are lost', () => {
  const events = buffer({ maxEvents: 10 });
  const start = events.append('a');
  for (let i = 0; i < 30; i++) events.append('a', `a${i}`);
  answer(events, 'a');
  for (let i = 0; i < 300; i++) events.append('get', `g${i}`);
  const [note, ...rest] = allAfter(events, start) ?? [];
  assert.match(note ?? '', /"30 events of this stream are lost/);
  assert.deepEqual(rest, ['answer']);
});

test('an answer is kept up to the size of a request; a larger one is replaced by an error', () => {
  const events = buffer();
  const [start, other] = [events.append('a'), events.append('b')];
  const large = 'x'.repeat(4 * 1024 * 1024);
  answer(events, 'a', large);
  assert.deepEqual(dataAfter(events, start), [large]);
  answer(events, 'b', `${large}x`);
  assert.deepEqual([dataAfter(events, start), dataAfter(events, other)], [[large], ['b lost']]);
  answer(events, 'c', 'x');
  assert.deepEqual(dataAfter(events, start), ['a lost']);
});

test('kept answers are limited: the newest in full, then an error for each, then nothing', () => {
  const events = buffer();
  const starts = Array.from({ length: 3000 }, (_, i) => {
    const start = events.append(`s${i}`);
    answer(events, `s${i}`);
    return start;
  });
  const left = starts.map((start) => dataAfter(events, start)?.[0]?.replace(/^s\d+ /, ''));
  const count = (data: string | undefined) => left.filter((one) => one === data).length;
  assert.deepEqual([count('answer'), count('lost'), count(undefined)], [256, 1000, 1744]);
  assert.deepEqual([left.at(-1), left.at(-257), left[0]], ['answer', 'lost', undefined]);
  assert.equal(events.streamOf(starts[0]!), undefined);
});

test('a batch with an answer from before the lost events gets both, in order', () => {
  const events = buffer({ maxEvents: 1 });
  const start = events.append('a');
  events.answer('a', { data: 'one', otherwise: '' });
  events.append('a', 'e1');
  events.append('a', 'e2');
  events.answer('a', { data: 'two', otherwise: '' });
  const replay = events.after(start);
  assert.deepEqual(
    replay?.events.map(({ data }) => (isNote(data) ? 'note' : data)),
    ['one', 'note', 'e2', 'two'],
  );
  assert.equal(replay?.gap, 1);
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

test('an open stream of which nothing is kept can still be resumed, and is told what it lost', () => {
  const events = buffer({ maxEvents: 1 });
  const start = events.append('a');
  events.append('a', 'a1');
  events.append('b', 'b1');
  assert.equal(events.after(start)?.gap, 1);
});

test('a stream that ends without an event to resume is forgotten at once', () => {
  const events = buffer();
  const start = events.append('a');
  events.finish('a');
  assert.equal(events.streamOf(start), undefined);
  assert.equal(events.isFinished('a'), false);
});

test('a forgotten stream can start again, with new ids', () => {
  const events = buffer();
  const before = events.append('a', 'old');
  events.forget('a');
  const anew = events.append('a');
  events.append('a', 'new');
  assert.deepEqual([dataAfter(events, before), dataAfter(events, anew)], [undefined, ['new']]);
});

test('a forgotten stream cannot be resumed, and its events do not affect others', () => {
  const events = buffer({ maxEvents: 2 });
  const start = events.append('a', 'a1');
  events.forget('a');
  assert.equal(events.after(start), undefined);
  const b = events.append('b');
  for (const data of ['b1', 'b2', 'b3']) events.append('b', data);
  assert.deepEqual(dataAfter(events, b), ['b2', 'b3']);
});

test('a position after all events so far resumes with the next one', () => {
  const events = buffer();
  const before = events.here('get');
  events.append('get', 'one');
  const after = events.here('get');
  events.append('get', 'two');
  assert.deepEqual([dataAfter(events, before), dataAfter(events, after)], [['one', 'two'], ['two']]);
});
