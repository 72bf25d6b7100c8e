import assert from 'node:assert/strict';
import test from 'node:test';
import type { NodeEvent } from './event-bus.ts';
import { sharedBus } from './shared-bus.ts';

const EVENT: NodeEvent = { kind: 'resource', uri: 'a:b' };

const hearing = (bus: ReturnType<typeof sharedBus>) => {
  const heard: NodeEvent[] = [];
  bus.subscribe((event) => heard.push(event));
  return heard;
};

test('an event is delivered here at once and on other nodes once, never twice', async () => {
  const sent: string[] = [];
  const send = async (text: string) => sent.push(text) > 0;
  const [one, two] = [sharedBus({ boot: 'a', send }), sharedBus({ boot: 'b', send })];
  const [here, there] = [hearing(one), hearing(two)];
  one.publish(EVENT);
  assert.deepEqual([here, there], [[EVENT], []]);
  for (const bus of [one, two]) bus.receive(sent[0] as string);
  assert.deepEqual([here, there], [[EVENT], [EVENT]]);
  assert.equal(sent.length, 1);
});

test('events that other nodes did not get are counted, and nothing waits for them', async () => {
  const answers: ((taken: boolean) => void)[] = [];
  const bus = sharedBus({ boot: 'a', send: () => new Promise((resolve) => answers.push(resolve)) });
  const heard = hearing(bus);
  for (let i = 0; i < 300; i++) bus.publish(EVENT);
  assert.deepEqual([heard.length, answers.length, bus.lost], [300, 256, 44]);
  for (const [at, answer] of answers.entries()) answer(at !== 0);
  await new Promise(setImmediate);
  assert.equal(bus.lost, 45);
  bus.publish({ kind: 'resource', uri: 'x'.repeat(100_000) });
  assert.deepEqual([heard.length, answers.length, bus.lost], [301, 256, 46]);
  const failing = sharedBus({ boot: 'a', send: () => Promise.reject(new Error('away')) });
  failing.publish(EVENT);
  await new Promise(setImmediate);
  assert.equal(failing.lost, 1);
});

test('foreign messages are ignored', () => {
  const bus = sharedBus({ boot: 'a', send: async () => true });
  const heard = hearing(bus);
  for (const text of [
    '',
    'null',
    '{}',
    JSON.stringify({ boot: 'a', event: EVENT }),
    JSON.stringify({ boot: 'b', event: { kind: 'other' } }),
    JSON.stringify({ boot: 'b', event: { kind: 'resource' } }),
    JSON.stringify({ boot: 'b', event: { kind: 'task', task: {} } }),
    JSON.stringify({ boot: 'b', event: { kind: 'resource', uri: 'x'.repeat(100_000) } }),
    // A subscriber could not serialise it again.
    `{"boot":"b","event":{"kind":"task","task":{"taskId":"n1.a","result":${'['.repeat(20_000)}${']'.repeat(20_000)}}}}`,
  ])
    bus.receive(text);
  assert.deepEqual(heard, []);
  bus.receive(JSON.stringify({ boot: 'b', event: EVENT }));
  assert.deepEqual(heard, [EVENT]);
});
