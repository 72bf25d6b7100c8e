import assert from 'node:assert/strict';
import test from 'node:test';
import { buffering } from './buffering.ts';
import { errorOf, exampleExchange, HERE, replyOf, working } from './test-exchange.ts';

const config = (maxRequestBodyBytes: number, maxResponseBodyBytes: number) =>
  ({ kind: 'buffering', name: 'one@file', at: HERE, maxRequestBodyBytes, maxResponseBodyBytes }) as const;

for (const [body, refusal] of [
  ['12345', undefined],
  ['123456', { status: 413, headers: [], body: 'Request Entity Too Large' }],
] as const)
  test(`a body of ${body.length} bytes where 5 are allowed is ${refusal ? 'refused' : 'sent on'}`, async () => {
    const reply = await working(buffering(config(5, 0))).request?.(exampleExchange({ method: 'POST' }, body));
    assert.deepEqual(replyOf(reply), refusal);
  });

for (const [limit, kept] of [
  [7, 7],
  [0, -1],
] as const)
  test(`an answer is collected with ${kept} for maxResponseBodyBytes ${limit}`, async () => {
    const exchange = exampleExchange({}, 'body');
    await working(buffering(config(0, limit))).request?.(exchange);
    assert.equal(exchange.maxResponseBodyBytes, kept);
    assert.deepEqual(exchange.limits, [-1]);
  });

for (const bad of [config(-5, 0), config(0, -5)])
  test('a negative limit gives Traefik’s error', () => {
    assert.equal(errorOf(buffering(bad)), 'max bytes should be >= 0 got -5');
  });
