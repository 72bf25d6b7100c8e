import assert from 'node:assert/strict';
import test from 'node:test';
import type { Middleware, Reply } from '../../core/middleware.ts';
import type { ConfigOf } from './built.ts';
import { rateLimit } from './rate-limit.ts';
import {
  ERROR_HEADERS,
  errorOf,
  exampleExchange,
  HERE,
  type RequestExample,
  replyOf,
  working,
} from './test-exchange.ts';

const config = (more: Partial<ConfigOf<'rateLimit'>>): ConfigOf<'rateLimit'> => ({
  kind: 'rateLimit',
  name: 'one@file',
  at: HERE,
  average: 1,
  period: 1000,
  burst: 1,
  sourceCriterion: undefined,
  ...more,
});

/** A clock that only the test or a sleep advances. */
const limiter = (more: Partial<ConfigOf<'rateLimit'>>) => {
  const clock = { time: 1_000_000, slept: [] as number[] };
  const sleep = async (milliseconds: number, signal: AbortSignal): Promise<void> => {
    signal.throwIfAborted();
    clock.slept.push(milliseconds);
  };
  return { clock, middleware: working(rateLimit(config(more), { now: () => clock.time, sleep })) };
};

const ask = async (middleware: Middleware, request: RequestExample = {}): Promise<Reply | undefined> =>
  middleware.request?.(exampleExchange(request));

const statuses = async (middleware: Middleware, times: number, request?: RequestExample): Promise<number[]> => {
  const seen: number[] = [];
  for (let i = 0; i < times; i++) seen.push((await ask(middleware, request))?.status ?? 200);
  return seen;
};

test('a burst passes, then nothing until there is a token again', async () => {
  const { clock, middleware } = limiter({ burst: 2 });
  assert.deepEqual(await statuses(middleware, 3), [200, 200, 429]);
  clock.time += 1000;
  assert.deepEqual(await statuses(middleware, 2), [200, 429]);
});

test('a refusal says when to retry, and takes no token', async () => {
  const { clock, middleware } = limiter({ period: 60_000 });
  await ask(middleware);
  clock.time += 1.648836;
  const headers = [
    ['retry-after', '60'],
    ['x-retry-in', '59.998351164s'],
  ];
  for (let i = 0; i < 2; i++)
    assert.deepEqual(replyOf(await ask(middleware)), { status: 429, headers, body: 'Too Many Requests' });
});

for (const [average, period, wait, refused] of [
  [10, 1000, 50, 51],
  [3, 1000, 166, 167],
  [1, 1000, 500, 501],
  [1, 60_000, 500, 501],
] as const)
  test(`${average} in ${period} ms: a wait of ${wait} ms is waited, one of ${refused} ms is refused`, async () => {
    const { clock, middleware } = limiter({ average, period });
    const interval = period / average;
    await ask(middleware);
    clock.time += interval - refused;
    assert.equal((await ask(middleware))?.status, 429);
    clock.time += refused - wait;
    assert.equal(await ask(middleware), undefined);
    assert.deepEqual(clock.slept.map(Math.round), [wait]);
  });

test('waiting requests queue behind each other', async () => {
  const { middleware, clock } = limiter({ average: 10, burst: 1 });
  await ask(middleware);
  clock.time += 60;
  assert.deepEqual(await statuses(middleware, 2), [200, 429]);
});

test('a client that leaves ends its wait', async () => {
  const sleep = (_: number, signal: AbortSignal): Promise<void> =>
    new Promise((_resolve, reject) => signal.addEventListener('abort', reject));
  const middleware = working(rateLimit(config({ average: 10 }), { now: nextOf([0, 60]), sleep }));
  middleware.request?.(exampleExchange());
  const exchange = exampleExchange();
  const reply = middleware.request?.(exchange);
  exchange.left();
  assert.deepEqual(replyOf(await reply), { status: 500, headers: ERROR_HEADERS, body: 'context canceled\n' });
});

const nextOf = (times: number[]) => (): number => times.shift() ?? 0;

const sources: readonly { when: string; more: Partial<ConfigOf<'rateLimit'>>; a: RequestExample; b: RequestExample }[] =
  [
    { when: 'addresses', more: {}, a: { remoteAddress: '1.1.1.1' }, b: { remoteAddress: '1.1.1.2' } },
    {
      when: 'header values, none among them',
      more: { sourceCriterion: { ipStrategy: undefined, requestHeaderName: 'X-User', requestHost: false } },
      a: { headers: [['x-user', '1']] },
      b: {},
    },
    {
      when: 'long header values',
      more: { sourceCriterion: { ipStrategy: undefined, requestHeaderName: 'X-User', requestHost: false } },
      a: { headers: [['x-user', `${'x'.repeat(100)}1`]] },
      b: { headers: [['x-user', `${'x'.repeat(100)}2`]] },
    },
    {
      when: 'hosts',
      more: { sourceCriterion: { ipStrategy: undefined, requestHeaderName: '', requestHost: true } },
      a: { host: 'a' },
      b: { host: 'a:80' },
    },
  ];

for (const { when, more, a, b } of sources)
  test(`each source has a bucket: ${when}`, async () => {
    const { middleware } = limiter(more);
    assert.deepEqual(await statuses(middleware, 2, a), [200, 429]);
    assert.deepEqual(await statuses(middleware, 2, b), [200, 429]);
  });

test('a source that was idle for its token’s time and a second counts as new, whatever its burst', async () => {
  const { clock, middleware } = limiter({ burst: 5 });
  assert.deepEqual(await statuses(middleware, 6), [200, 200, 200, 200, 200, 429]);
  clock.time += 2000;
  assert.deepEqual(await statuses(middleware, 6), [200, 200, 200, 200, 200, 429]);
});

test('at most 65536 sources are remembered, and the least recently used is forgotten', () => {
  const { middleware } = limiter({ average: 1, period: 3_600_000 });
  const passes = (remoteAddress: string): boolean =>
    middleware.request?.(exampleExchange({ remoteAddress })) === undefined;
  for (let i = 0; i < 65_536; i++) passes(String(i));
  assert.equal(passes('0'), false);
  assert.equal(passes('new'), true);
  assert.equal(passes('0'), false);
  assert.equal(passes('1'), true);
});

test('an average of 0 is no limit', async () => {
  assert.deepEqual(await statuses(limiter({ average: 0, burst: 0 }).middleware, 3), [200, 200, 200]);
});

test('a copy counts for itself', async () => {
  const { middleware } = limiter({});
  assert.deepEqual(await statuses(middleware, 2), [200, 429]);
  assert.deepEqual(await statuses(middleware.newInstance!(), 2), [200, 429]);
});

for (const [more, error] of [
  [{ period: -5_000_000_000_000 }, 'negative value not valid for period: -1388888h53m20s'],
  [
    { sourceCriterion: { ipStrategy: undefined, requestHeaderName: 'a', requestHost: true } },
    'getting source extractor: requestHost and RequestHeaderName are mutually exclusive',
  ],
  [
    {
      sourceCriterion: {
        ipStrategy: { depth: 1, excludedIPs: [], ipv6Subnet: undefined },
        requestHeaderName: '',
        requestHost: true,
      },
    },
    'getting source extractor: iPStrategy and RequestHost are mutually exclusive',
  ],
] as const)
  test(`${error}`, () => {
    const clock = { now: () => 0, sleep: async () => {} };
    assert.equal(errorOf(rateLimit(config(more), clock)), error);
  });
