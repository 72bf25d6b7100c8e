import assert from 'node:assert/strict';
import test from 'node:test';
import { cookieValue } from '../../../shared/traefik/cookie-value.ts';
import type { ServiceConfig } from '../model.ts';
import { buildServices } from './build.ts';
import {
  exampleCheck,
  exampleConfig,
  exampleCookie,
  exampleFailover,
  exampleLoadBalancer,
  exampleRequest,
  exampleServer,
  exampleWeighted,
} from './test-examples.ts';

const urlOf = (name: string): string => `http://${name}`;
const check = { healthCheck: exampleCheck() };
const sticky = (name: string) => ({ sticky: exampleCookie({ name }) });

/** A service tree with the servers in `down` down. */
const build = (services: Readonly<Record<string, ServiceConfig>>, down: readonly string[] = []) => {
  const isDown = new Set(down.map(urlOf));
  const built = buildServices(exampleConfig(services), {
    random: () => 0.999,
    status: { isUp: (_, url) => !isDown.has(url) },
  });
  assert.deepEqual([...built.errors], []);
  return built.services;
};

const choose = (services: ReturnType<typeof build>, name: string, cookie?: string) => {
  const choice = services.get(`${name}@file`)!.choose(exampleRequest(cookie));
  return {
    by: choice.kind === 'server' ? choice.server.target.hostname : choice.body,
    cookies: choice.setCookies,
    steps: choice.steps.map(({ service, reason }) => `${service.replace('@file', '')}: ${reason}`),
  };
};

const PINNED = {
  inner: exampleLoadBalancer([urlOf('a'), urlOf('b')], sticky('in')),
  empty: exampleLoadBalancer([], sticky('in')),
  other: exampleLoadBalancer([urlOf('c')]),
  outer: exampleWeighted(['inner', 'other@file'], sticky('out')),
  outerEmpty: exampleWeighted(['empty'], sticky('out')),
};
const OUT = `out=${cookieValue('inner')}`;

const LEVELS: readonly { when: string; cookie?: string; by: string; cookies: string[]; steps: string[] }[] = [
  {
    when: 'no cookie comes',
    by: 'a',
    cookies: [`${OUT}; Path=/`, `in=${cookieValue(urlOf('a'))}; Path=/`],
    steps: ['outer: no-cookie', 'inner: no-cookie'],
  },
  {
    when: 'only the outer cookie comes',
    cookie: OUT,
    by: 'a',
    cookies: [`in=${cookieValue(urlOf('a'))}; Path=/`],
    steps: ['outer: cookie', 'inner: no-cookie'],
  },
  {
    when: 'only the inner cookie comes',
    cookie: `in=${cookieValue(urlOf('b'))}`,
    by: 'b',
    cookies: [`${OUT}; Path=/`],
    steps: ['outer: no-cookie', 'inner: cookie'],
  },
  {
    when: 'both come',
    cookie: `${OUT}; in=${cookieValue(urlOf('b'))}`,
    by: 'b',
    cookies: [],
    steps: ['outer: cookie', 'inner: cookie'],
  },
  {
    when: 'both come in their oldest form',
    cookie: `out=inner; in=${urlOf('b')}`,
    by: 'b',
    cookies: [`${OUT}; Path=/`, `in=${cookieValue(urlOf('b'))}; Path=/`],
    steps: ['outer: legacy-cookie', 'inner: legacy-cookie'],
  },
  {
    when: 'the child was written with its provider',
    cookie: `out=${cookieValue('other@file')}`,
    by: 'c',
    cookies: [],
    steps: ['outer: cookie', 'other: only-server'],
  },
];

for (const { when, cookie, ...expected } of LEVELS) {
  test(`two levels set two cookies, the outer one first: ${when}`, () => {
    assert.deepEqual(choose(build(PINNED), 'outer', cookie), expected);
  });
}

test('the hash of a name differs with and without its provider', () => {
  assert.deepEqual(choose(build(PINNED), 'outer', `out=${cookieValue('other')}`).steps[0], 'outer: unknown-cookie');
});

test('the current value of one child takes precedence over the name of another', () => {
  const value = cookieValue('inner');
  const services = build({
    ...PINNED,
    [value]: exampleLoadBalancer([urlOf('d')]),
    outer: exampleWeighted(['inner', value], sticky('out')),
  });
  assert.deepEqual(choose(services, 'outer', `out=${value}`).steps, ['outer: cookie', 'inner: no-cookie']);
});

test('a child without servers fails on its own, under the outer cookie', () => {
  assert.deepEqual(choose(build(PINNED), 'outerEmpty'), {
    by: 'no available server\n',
    cookies: [`out=${cookieValue('empty')}; Path=/`],
    steps: ['outerEmpty: no-cookie', 'empty: no-server-up'],
  });
});

const CHECKED = {
  a: exampleLoadBalancer([urlOf('a')], check),
  b: exampleLoadBalancer([urlOf('b')], check),
  c: exampleLoadBalancer([urlOf('c')], check),
  none: exampleLoadBalancer([], check),
  zero: exampleLoadBalancer([exampleServer(urlOf('a'), { weight: 0 })], check),
  halfZero: exampleLoadBalancer([exampleServer(urlOf('a'), { weight: 0 }), exampleServer(urlOf('b'))], check),
  fail: exampleFailover('a', 'b'),
  failHealthy: exampleFailover('a', 'b', { healthCheck: true }),
  failOfFail: exampleFailover('failHealthy', 'c'),
  failNone: exampleFailover('none', 'c'),
  failZero: exampleFailover('zero', 'c'),
  failHalfZero: exampleFailover('halfZero', 'c'),
  weighted: exampleWeighted(['a', 'b'], { healthCheck: true }),
  weightedDeaf: exampleWeighted(['a', 'b']),
  weightedNone: exampleWeighted(['none', 'b'], { healthCheck: true }),
  failOfWeighted: exampleFailover('weighted', 'c'),
  failOfEmpty: exampleFailover('weightedEmpty', 'c'),
  weightedEmpty: exampleWeighted([], { healthCheck: true }),
};

const OUTAGES: readonly { service: string; down: string[]; by: string; steps: string[] }[] = [
  { service: 'fail', down: [], by: 'a', steps: ['fail: main', 'a: only-server'] },
  { service: 'fail', down: ['a'], by: 'b', steps: ['fail: fallback', 'b: only-server'] },
  { service: 'fail', down: ['a', 'b'], by: 'no available server\n', steps: ['fail: fallback', 'b: no-server-up'] },
  { service: 'failHealthy', down: ['a', 'b'], by: 'Service Unavailable\n', steps: ['failHealthy: no-server-up'] },
  {
    service: 'failOfFail',
    down: ['a'],
    by: 'b',
    steps: ['failOfFail: main', 'failHealthy: fallback', 'b: only-server'],
  },
  { service: 'failOfFail', down: ['a', 'b'], by: 'c', steps: ['failOfFail: fallback', 'c: only-server'] },
  { service: 'failNone', down: [], by: 'no available server\n', steps: ['failNone: main', 'none: no-server-up'] },
  { service: 'failZero', down: [], by: 'no available server\n', steps: ['failZero: main', 'zero: no-server-up'] },
  { service: 'failZero', down: ['a'], by: 'c', steps: ['failZero: fallback', 'c: only-server'] },
  { service: 'failHalfZero', down: ['b'], by: 'c', steps: ['failHalfZero: fallback', 'c: only-server'] },
  { service: 'weighted', down: ['a'], by: 'b', steps: ['weighted: round-robin', 'b: only-server'] },
  { service: 'weighted', down: ['a', 'b'], by: 'no available server\n', steps: ['weighted: no-server-up'] },
  {
    service: 'weightedDeaf',
    down: ['a'],
    by: 'no available server\n',
    steps: ['weightedDeaf: round-robin', 'a: no-server-up'],
  },
  {
    service: 'weightedNone',
    down: [],
    by: 'no available server\n',
    steps: ['weightedNone: round-robin', 'none: no-server-up'],
  },
  {
    service: 'failOfWeighted',
    down: ['b'],
    by: 'a',
    steps: ['failOfWeighted: main', 'weighted: round-robin', 'a: only-server'],
  },
  { service: 'failOfWeighted', down: ['a', 'b'], by: 'c', steps: ['failOfWeighted: fallback', 'c: only-server'] },
  {
    service: 'failOfEmpty',
    down: [],
    by: 'no available server\n',
    steps: ['failOfEmpty: main', 'weightedEmpty: no-server-up'],
  },
];

for (const { service, down, ...expected } of OUTAGES) {
  test(`${service} with ${down.join(' and ') || 'nothing'} down: ${expected.steps.join(', ')}`, () => {
    assert.deepEqual(choose(build(CHECKED, down), service), { ...expected, cookies: [] });
  });
}

test('a choice through several levels is built once', () => {
  const services = build({ a: exampleLoadBalancer([urlOf('a')]), w: exampleWeighted(['a']) });
  const outer = services.get('w@file')!;
  assert.equal(outer.choose(exampleRequest()), outer.choose(exampleRequest()));
});
