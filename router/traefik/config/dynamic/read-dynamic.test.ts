import assert from 'node:assert/strict';
import test from 'node:test';
import type { DynamicConfig, LoadBalancerConfig } from '../../../core/model.ts';
import { readDynamic } from './read-dynamic.ts';

const SERVERS = 'servers: [{url: "http://127.0.0.1:1"}]';
const router = (keys: string): string => `http:\n  routers:\n    r: ${keys}`;
const balancer = (keys: string): string => `http:\n  services:\n    s:\n      loadBalancer: {${keys}}`;

const read = (text: string) => readDynamic([{ file: 'd.yml', text }]);
const sound = (text: string): DynamicConfig => {
  const { config, problems } = read(text);
  assert.deepEqual(problems, []);
  return config;
};
const soundRouter = (keys: string) => sound(router(`{rule: Path(\`/\`), service: s, ${keys}}`)).routers.get('r@file');
const soundBalancer = (keys: string) =>
  sound(balancer(`${SERVERS}, ${keys}`)).services.get('s@file') as LoadBalancerConfig;

// Each row was seen on Traefik 3.7.15.
for (const { keys, expect } of [
  { keys: 'entryPoints: web', expect: { entryPoints: ['web'] } },
  { keys: 'entryPoints: "web, traefik"', expect: { entryPoints: ['web', 'traefik'] } },
  { keys: 'entryPoints: [" web "]', expect: { entryPoints: ['web'] } },
  { keys: 'entryPoints: ""', expect: { entryPoints: [] } },
  { keys: 'entryPoints: []', expect: { entryPoints: [] } },
  { keys: 'ENTRYPOINTS: [web]', expect: { entryPoints: ['web'] } },
  { keys: 'priority: "10"', expect: { priority: 10 } },
  { keys: 'priority: 0x10', expect: { priority: 16 } },
  { keys: 'priority: 010', expect: { priority: 8 } },
  { keys: 'priority: 1_000', expect: { priority: 1000 } },
  { keys: 'priority: 1.0', expect: { priority: 1 } },
  { keys: 'priority: 1e3', expect: { priority: 1000 } },
  { keys: 'priority: -5', expect: { priority: -5 } },
  { keys: 'priority: null', expect: { priority: 0 } },
  { keys: 'tls: {}', expect: { tls: true } },
  { keys: 'tls: true', expect: { tls: true } },
  { keys: 'tls: ""', expect: { tls: true } },
  { keys: 'tls: []', expect: { tls: true } },
  { keys: 'tls: false', expect: { tls: false } },
  { keys: 'tls: foo', expect: { tls: false } },
  { keys: 'tls: null', expect: { tls: false } },
  { keys: 'tls: [a]', expect: { tls: false } },
  { keys: 'middlewares: [a, b@file, c@internal]', expect: { middlewares: ['a@file', 'b@file', 'c@internal'] } },
])
  test(`a router with ${keys}`, () => {
    const found = soundRouter(keys);
    for (const [key, value] of Object.entries(expect)) assert.deepEqual(found?.[key as keyof typeof found], value);
  });

const COOKIE = { name: '', secure: false, httpOnly: false, sameSite: '', maxAge: 0, path: '/', domain: '' };
for (const { keys, cookie } of [
  { keys: 'sticky: {cookie: {}}', cookie: COOKIE },
  { keys: 'sticky: {cookie: true}', cookie: COOKIE },
  { keys: 'sticky: {cookie: false}', cookie: undefined },
  { keys: 'sticky: {cookie: }', cookie: undefined },
  { keys: 'sticky: {}', cookie: undefined },
  { keys: 'sticky: true', cookie: undefined },
  {
    keys: 'sticky: {cookie: {secure: 1, httpOnly: "T", path: "", maxAge: -1}}',
    cookie: { ...COOKIE, secure: true, httpOnly: true, path: '', maxAge: -1 },
  },
  {
    keys: 'sticky: {cookie: {name: c, sameSite: Strict, domain: null}}',
    cookie: { ...COOKIE, name: 'c', sameSite: 'Strict' },
  },
])
  test(`the cookie of ${keys}`, () => {
    const found = soundBalancer(keys).sticky;
    const { at: _at, ...rest } = found ?? { at: undefined };
    assert.deepEqual(found && rest, cookie);
  });

const HEALTH = {
  scheme: '',
  mode: 'http',
  path: '/h',
  method: '',
  status: 0,
  port: 0,
  interval: 30_000,
  unhealthyInterval: 30_000,
  timeout: 5_000,
  hostname: '',
  followRedirects: true,
  headers: new Map(),
};
for (const { keys, health } of [
  { keys: 'path: /h', health: HEALTH },
  {
    keys: 'path: /h, interval: 10, timeout: 1.5s',
    health: { ...HEALTH, interval: 10_000, unhealthyInterval: 10_000, timeout: 1_500 },
  },
  {
    keys: 'path: /h, interval: 1h30m, unhealthyInterval: 5',
    health: { ...HEALTH, interval: 5_400_000, unhealthyInterval: 5_000 },
  },
  { keys: 'path: /h, interval: 0, timeout: -5s, unhealthyInterval: 0', health: HEALTH },
  {
    keys: 'path: /h, headers: {A: 1, B: true, C: 1.5, D: null, E: 0x1F}',
    health: {
      ...HEALTH,
      headers: new Map([
        ['A', '1'],
        ['B', 'true'],
        ['C', '1.500000'],
        ['E', '31'],
      ]),
    },
  },
])
  test(`the health check with ${keys}`, () =>
    assert.deepEqual(soundBalancer(`healthCheck: {${keys}}`).healthCheck, health));

test('a load balancer has Traefik’s defaults, and its server URLs unchanged', () => {
  const found = sound(
    balancer('servers: [{url: "HTTP://127.0.0.1:80/"}, {url: "https://[::1]", weight: 0, preservePath: true}]'),
  );
  const { servers, at, ...rest } = found.services.get('s@file') as LoadBalancerConfig;
  assert.deepEqual(
    servers.map(({ at: _at, ...server }) => server),
    [
      { url: 'HTTP://127.0.0.1:80/', weight: 1, preservePath: false },
      { url: 'https://[::1]', weight: 0, preservePath: true },
    ],
  );
  assert.deepEqual(at, { file: 'd.yml', line: 4, column: 7 });
  const defaults = {
    strategy: 'wrr',
    sticky: undefined,
    healthCheck: undefined,
    passHostHeader: true,
    flushInterval: 100,
    serversTransport: undefined,
  };
  assert.deepEqual(rest, { kind: 'loadBalancer', name: 's@file', ...defaults });
});

test('names of services are qualified wherever they are referred to', () => {
  const { services, routers } = sound(`http:
  routers: {r: {rule: 'Path(\`/\`)', service: api@internal}}
  services:
    w: {weighted: {services: [{name: a}, {name: b@file, weight: 3}], healthCheck: {}}}
    f: {failover: {service: a, fallback: w}}
    a: {loadBalancer: {${SERVERS}, serversTransport: t}}`);
  assert.equal(routers.get('r@file')?.service, 'api@internal');
  const [w, f, a] = ['w@file', 'f@file', 'a@file'].map((name) => services.get(name));
  assert.ok(w?.kind === 'weighted' && f?.kind === 'failover' && a?.kind === 'loadBalancer');
  assert.deepEqual(
    w.services.map(({ name, weight }) => [name, weight]),
    [
      ['a@file', 1],
      ['b@file', 3],
    ],
  );
  assert.deepEqual([w.healthCheck, f.healthCheck, f.service, f.fallback], [true, false, 'a@file', 'w@file']);
  assert.equal(a.serversTransport, 't@file');
});

test('a rule has the position of its text', () => {
  const at = (text: string) => sound(text).routers.get('r@file')?.ruleAt;
  assert.deepEqual(at(router('{rule: Path(`/`), service: s}')), { file: 'd.yml', line: 3, column: 15 });
  assert.deepEqual(at(router('{rule: "Path(`/`)", service: s}')), { file: 'd.yml', line: 3, column: 16 });
});

for (const text of ['', '# nothing', 'null', 'http:', 'x-base: {a: 1}'])
  test(`the file ${JSON.stringify(text)} takes every route away`, () => assert.equal(sound(text).routers.size, 0));

test('top-level keys that begin with x- hold anchors', () => {
  const { routers } = sound(
    'x-base: &base {rule: Path(`/`), service: s}\nhttp: {routers: {r: *base, q: {<<: *base, service: t}}}',
  );
  assert.deepEqual(
    [...routers.values()].map(({ service }) => service),
    ['s@file', 't@file'],
  );
});

test('a bad part is reported, and the others are still read', () => {
  const { config, problems } = read(`http:
  routers: {good: {rule: x, service: s}, bad: {rule: x, service: s, priority: 9223372036854775807}}
  services: {s: {loadBalancer: {${SERVERS}}}, m: {mirroring: {service: s}}}`);
  assert.deepEqual([...config.routers.keys(), ...config.services.keys()], ['good@file', 's@file']);
  assert.deepEqual(
    problems.map(({ kind, concerns }) => [kind, concerns]),
    [
      ['invalid', { kind: 'router', name: 'bad@file' }],
      ['unsupported', { kind: 'service', name: 'm@file' }],
    ],
  );
});

test('the files of a directory are one configuration, and for a repeated name the first file counts', () => {
  const { config, problems } = readDynamic([
    {
      file: 'a.yml',
      text: 'http: {routers: {r: {rule: x, service: s}}}\ntls: {certificates: [{certFile: c, keyFile: k}]}',
    },
    { file: 'b.yml', text: 'http:\n  routers: {r: {rule: y, service: s}, q: {rule: z, service: s}}' },
  ]);
  assert.deepEqual(
    [...config.routers].map(([name, { rule }]) => [name, rule]),
    [
      ['r@file', 'x'],
      ['q@file', 'z'],
    ],
  );
  assert.deepEqual(
    config.certificates.map(({ certFile, keyFile }) => [certFile, keyFile]),
    [['c', 'k']],
  );
  assert.deepEqual(problems, [
    {
      place: { file: 'b.yml', line: 2, column: 13 },
      path: 'http.routers.r',
      kind: 'invalid',
      message: 'this router is already in a.yml on line 1',
      remedy: 'keep one of the two',
      concerns: { kind: 'router', name: 'r@file' },
    },
  ]);
});

test('all problems of all files are reported, not only the first', () => {
  const { problems } = readDynamic([
    { file: 'a.yml', text: 'http: [broken' },
    { file: 'b.yml', text: 'http: {routers: {r: {rulee: x, priority: y}}}\nudp: {a: {}}' },
  ]);
  assert.deepEqual([...new Set(problems.map(({ place }) => place.file))], ['a.yml', 'b.yml']);
  assert.deepEqual(
    problems.filter(({ place }) => place.file === 'b.yml').map(({ path }) => path),
    ['http.routers.r.rulee', 'http.routers.r.priority', 'udp'],
  );
});
