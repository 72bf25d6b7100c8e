import assert from 'node:assert/strict';
import test from 'node:test';
import type { Reply } from '../../core/middleware.ts';
import type { ConfigOf } from './built.ts';
import { inFlightReq } from './in-flight-req.ts';
import { errorOf, exampleExchange, HERE, replyOf, working } from './test-exchange.ts';

const config = (amount: number): ConfigOf<'inFlightReq'> => ({
  kind: 'inFlightReq',
  name: 'one@file',
  at: HERE,
  amount,
  sourceCriterion: undefined,
});

test('one more than the amount is refused until one has ended', () => {
  const middleware = working(inFlightReq(config(1)));
  const [first, second] = [exampleExchange(), exampleExchange()];
  assert.equal(middleware.request?.(first), undefined);
  const refusal = { status: 429, headers: [], body: 'max connections reached: 1' };
  assert.deepEqual(replyOf(middleware.request?.(second) as Reply), refusal);
  middleware.finish?.(first);
  assert.equal(middleware.request?.(second), undefined);
});

test('ending twice frees one slot', () => {
  const middleware = working(inFlightReq(config(2)));
  const [first, second, third, fourth] = [exampleExchange(), exampleExchange(), exampleExchange(), exampleExchange()];
  middleware.request?.(first);
  middleware.request?.(second);
  middleware.finish?.(first);
  middleware.finish?.(first);
  assert.equal(middleware.request?.(third), undefined);
  assert.notEqual(middleware.request?.(fourth), undefined);
});

test('hosts are counted separately, as written, even if a later middleware changes them', () => {
  const middleware = working(inFlightReq(config(1)));
  const one = exampleExchange({ host: 'a' });
  for (const host of ['a:80', 'A']) assert.equal(middleware.request?.(exampleExchange({ host })), undefined);
  middleware.request?.(one);
  one.request.host = 'changed';
  middleware.finish?.(one);
  assert.equal(middleware.request?.(exampleExchange({ host: 'a' })), undefined);
});

test('an amount of 0 refuses every request', () => {
  const reply = working(inFlightReq(config(0))).request?.(exampleExchange());
  assert.equal((reply as Reply).body, 'max connections reached: 0');
});

test('a copy counts for itself', () => {
  const middleware = working(inFlightReq(config(1)));
  middleware.request?.(exampleExchange());
  assert.equal(middleware.newInstance?.().request?.(exampleExchange()), undefined);
});

test('two criteria give Traefik’s error', () => {
  const sourceCriterion = { ipStrategy: undefined, requestHeaderName: 'a', requestHost: true };
  assert.equal(
    errorOf(inFlightReq({ ...config(1), sourceCriterion })),
    'error creating requests limiter: requestHost and RequestHeaderName are mutually exclusive',
  );
});
