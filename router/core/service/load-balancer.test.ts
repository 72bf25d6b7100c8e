import assert from 'node:assert/strict';
import test from 'node:test';
import { cookieValue, legacyCookieValues } from '../../../shared/traefik/cookie-value.ts';
import type { LoadBalancerConfig } from '../model.ts';
import { createLoadBalancer } from './load-balancer.ts';
import type { Choice } from './service.ts';
import { exampleCheck, exampleCookie, exampleLoadBalancer, exampleRequest, exampleServer } from './test-examples.ts';

const A = 'http://127.0.0.1:3001';
const B = 'http://127.0.0.1:3002';
const [, oldOfB, olderOfB] = legacyCookieValues(B);
const lineOf = (url: string): string => `pin=${cookieValue(url)}; Path=/`;

/** `random` of nearly 1 leaves the order as it is. */
const build = (config: LoadBalancerConfig, down: readonly string[] = []) =>
  createLoadBalancer(config, { random: () => 0.999, status: { isUp: (_, url) => !down.includes(url) } });

const summary = (choice: Choice) => ({
  chosen: choice.kind === 'server' ? choice.server.url : choice.body,
  reason: choice.steps.map(({ reason }) => reason).join(),
  setCookies: choice.setCookies,
});

const ROWS: readonly {
  when: string;
  cookie?: string;
  down?: string[];
  expect: { chosen: string; reason: string; setCookies: string[] };
}[] = [
  { when: 'it sends no cookie', expect: { chosen: A, reason: 'no-cookie', setCookies: [lineOf(A)] } },
  {
    when: 'its cookie names a server that is up',
    cookie: `pin=${cookieValue(B)}`,
    expect: { chosen: B, reason: 'cookie', setCookies: [] },
  },
  {
    when: 'its cookie is the URL itself',
    cookie: `pin=${B}`,
    expect: { chosen: B, reason: 'legacy-cookie', setCookies: [lineOf(B)] },
  },
  {
    when: 'its cookie is an old hash',
    cookie: `pin=${oldOfB}`,
    expect: { chosen: B, reason: 'legacy-cookie', setCookies: [lineOf(B)] },
  },
  {
    when: 'its cookie is a hash of the old hash',
    cookie: `pin=${olderOfB}`,
    expect: { chosen: B, reason: 'legacy-cookie', setCookies: [lineOf(B)] },
  },
  {
    when: 'its cookie is nobody’s',
    cookie: 'pin=0123456789abcdef',
    expect: { chosen: A, reason: 'unknown-cookie', setCookies: [lineOf(A)] },
  },
  {
    when: 'its cookie is the name of a property',
    cookie: 'pin=constructor',
    expect: { chosen: A, reason: 'unknown-cookie', setCookies: [lineOf(A)] },
  },
  {
    when: 'its server is down',
    cookie: `pin=${cookieValue(A)}`,
    down: [A],
    expect: { chosen: B, reason: 'pinned-server-down', setCookies: [lineOf(B)] },
  },
  {
    when: 'everybody is down',
    cookie: `pin=${cookieValue(A)}`,
    down: [A, B],
    expect: { chosen: 'no available server\n', reason: 'no-server-up', setCookies: [] },
  },
];

for (const { when, cookie, down, expect } of ROWS) {
  test(`a client of a sticky service gets ${expect.chosen.trim()} (${expect.reason}) when ${when}`, () => {
    const config = exampleLoadBalancer([A, B], { sticky: exampleCookie(), healthCheck: exampleCheck() });
    assert.deepEqual(summary(build(config, down).choose(exampleRequest(cookie))), expect);
  });
}

const REASONS = { wrr: 'round-robin', p2c: 'two-choices', hrw: 'client-ip', leasttime: 'least-time' } as const;
for (const [strategy, reason] of Object.entries(REASONS)) {
  test(`without a cookie setting, ${strategy} says ${reason} and sets none`, () => {
    const service = build(exampleLoadBalancer([A, B], { strategy: strategy as LoadBalancerConfig['strategy'] }));
    const { reason: said, setCookies } = summary(service.choose(exampleRequest(`pin=${cookieValue(B)}`)));
    assert.deepEqual([said, setCookies], [reason, []]);
  });
}

test('hrw neither reads the cookie nor sets one', () => {
  const service = build(exampleLoadBalancer([A, B], { strategy: 'hrw', sticky: exampleCookie() }));
  const first = summary(service.choose(exampleRequest(`pin=${cookieValue(A)}`)));
  assert.deepEqual(summary(service.choose(exampleRequest(`pin=${cookieValue(B)}`))), first);
  assert.deepEqual(first.setCookies, []);
});

test('requests that a cookie pins weigh on a server of two choices', () => {
  const service = build(exampleLoadBalancer([A, B], { strategy: 'p2c', sticky: exampleCookie() }));
  const pinned = service.choose(exampleRequest(`pin=${cookieValue(B)}`));
  // Both draws give B, so that it is compared with A.
  assert.equal(summary(service.choose(exampleRequest())).chosen, A);
  assert.equal(pinned.kind, 'server');
  if (pinned.kind === 'server') pinned.ended();
  assert.equal(summary(service.choose(exampleRequest())).chosen, B);
});

for (const [cookie, value] of [
  ['today’s', cookieValue(A)],
  ['an old', A],
] as const)
  test(`requests that ${cookie} cookie pins do not make a server slow, others do`, () => {
    const service = build(exampleLoadBalancer([A, B], { strategy: 'leasttime', sticky: exampleCookie() }));
    const answer = (milliseconds: number, sent?: string) => {
      const choice = service.choose(exampleRequest(sent));
      assert.ok(choice.kind === 'server');
      choice.answered(milliseconds);
      choice.ended();
      return choice.server.url;
    };
    assert.deepEqual([answer(10), answer(15)], [A, B]);
    assert.equal(answer(5000, `pin=${value}`), A);
    assert.deepEqual([answer(5000), answer(15)], [A, B]);
  });

test('a server without weight has no cookie and no turn', () => {
  const servers = [exampleServer(A, { weight: 0 }), exampleServer(B)];
  const service = build(exampleLoadBalancer(servers, { sticky: exampleCookie() }));
  const { chosen, reason } = summary(service.choose(exampleRequest(`pin=${cookieValue(A)}`)));
  assert.deepEqual([chosen, reason], [B, 'unknown-cookie']);
});

test('of two servers with the same URL the cookie pins to the later one, and both get requests', () => {
  const servers = [exampleServer(A), exampleServer(A, { preservePath: true }), exampleServer(B)];
  const service = build(exampleLoadBalancer(servers, { sticky: exampleCookie() }));
  const pinned = service.choose(exampleRequest(`pin=${cookieValue(A)}`));
  const order = Array.from({ length: 6 }, () => service.choose(exampleRequest()));
  assert.equal(order.filter((choice) => choice.kind === 'server' && choice.server.url === A).length, 4);
  assert.ok(
    pinned.kind === 'server' && order.some((choice) => choice.kind === 'server' && choice.server === pinned.server),
  );
});

test('without a health check no status is read', () => {
  assert.equal(summary(build(exampleLoadBalancer([A]), [A]).choose(exampleRequest())).chosen, A);
});

test('the first server of a new table is random', () => {
  const firstWith = (random: number) =>
    summary(
      createLoadBalancer(exampleLoadBalancer([A, B]), { random: () => random, status: { isUp: () => true } }).choose(
        exampleRequest(),
      ),
    ).chosen;
  assert.deepEqual([firstWith(0), firstWith(0.999)], [B, A]);
});

test('repeated choices reuse one object', () => {
  const service = build(exampleLoadBalancer([A], { sticky: exampleCookie() }));
  assert.equal(service.choose(exampleRequest()), service.choose(exampleRequest()));
});

const BASES = [
  { url: 'http://h', preservePath: true, basePath: '' },
  { url: 'http://h/', preservePath: true, basePath: '' },
  { url: 'http://h/base', preservePath: true, basePath: '/base' },
  { url: 'http://h/base/', preservePath: true, basePath: '/base' },
  { url: 'http://h/base', preservePath: false, basePath: '' },
];
for (const { url, preservePath, basePath } of BASES) {
  test(`${url} ${preservePath ? 'with' : 'without'} preservePath puts '${basePath}' before paths`, () => {
    const choice = build(exampleLoadBalancer([exampleServer(url, { preservePath })])).choose(exampleRequest());
    assert.equal(choice.kind === 'server' && choice.server.basePath, basePath);
  });
}
