import assert from 'node:assert/strict';
import test from 'node:test';
import type { RetryConfig } from '../../core/model.ts';
import { retry } from './retry.ts';
import { errorOf, exampleExchange, retryConfig, working } from './test-exchange.ts';

const STATUS = { status: ['503', '500-501'] };

const table: readonly {
  when: string;
  config: Partial<RetryConfig>;
  method?: string;
  body?: string;
  limits?: number[];
  on: number[];
}[] = [
  { when: 'no status: no body is read', config: {}, on: [] },
  { when: 'a listed status', config: STATUS, limits: [1000], on: [500, 501, 503] },
  { when: 'PUT is idempotent', config: STATUS, method: 'PUT', limits: [1000], on: [500, 501, 503] },
  { when: 'POST is not', config: STATUS, method: 'POST', on: [] },
  { when: 'PATCH is not', config: STATUS, method: 'PATCH', on: [] },
  { when: 'LOCK is not', config: STATUS, method: 'LOCK', on: [] },
  {
    when: 'POST when the user says so',
    config: { ...STATUS, retryNonIdempotentMethod: true },
    method: 'POST',
    limits: [1000],
    on: [500, 501, 503],
  },
  {
    when: 'a body too large to be kept',
    config: { ...STATUS, maxRequestBodyBytes: 2 },
    body: '123',
    limits: [2],
    on: [],
  },
];

for (const { when, config, method = 'GET', body = '', limits = [], on } of table)
  test(`what is tried again: ${when}`, async () => {
    const exchange = exampleExchange({ method }, body);
    assert.equal(await working(retry(retryConfig(config))).request?.(exchange), undefined);
    assert.deepEqual(exchange.limits, limits);
    assert.deepEqual(
      [499, 500, 501, 502, 503].filter((status) => exchange.retry?.retriesStatus(status)),
      on,
    );
    assert.equal(exchange.retry?.onNetworkError, true);
    assert.equal(exchange.retry?.attempts, 3);
  });

test('network errors are not retried when the setting says so', async () => {
  const exchange = exampleExchange();
  await working(retry(retryConfig({ ...STATUS, disableRetryOnNetworkError: true, timeout: 9 }))).request?.(exchange);
  assert.equal(exchange.retry?.onNetworkError, false);
  assert.equal(exchange.retry?.timeout, 9);
});

test('one attempt is no retry', () => {
  const exchange = exampleExchange();
  working(retry(retryConfig({ attempts: 1, ...STATUS }))).request?.(exchange);
  assert.equal(exchange.retry, undefined);
});

for (const [attempts, initialInterval, waits] of [
  [4, 0, [0, 0, 0]],
  [2, 100, [100]],
  [3, 100, [100, 141]],
  [5, 100, [100, 119, 141, 168]],
  [4, 50_000, [50_000, 60_000, 60_000]],
] as const)
  test(`${attempts} attempts from ${initialInterval} ms wait ${waits}`, async () => {
    const exchange = exampleExchange();
    await working(retry(retryConfig({ attempts, initialInterval }))).request?.(exchange);
    assert.deepEqual(
      waits.map((_, i) => Math.round(exchange.retry?.delay(i + 1) ?? -1)),
      waits,
    );
  });

for (const [config, error] of [
  [{ attempts: 0 }, 'incorrect (or empty) value for attempt (0)'],
  [{ disableRetryOnNetworkError: true }, 'retry middleware requires at least HTTP status codes or retry on TCP'],
  [{ status: ['5xx'] }, 'creating HTTP code ranges: strconv.Atoi: parsing "5xx": invalid syntax'],
  [{ status: ['500-'] }, 'creating HTTP code ranges: strconv.Atoi: parsing "": invalid syntax'],
] as const)
  test(error, () => {
    assert.equal(errorOf(retry(retryConfig(config))), error);
  });
