import assert from 'node:assert/strict';
import test from 'node:test';
import type { DynamicConfig, LoadBalancerConfig, MiddlewareConfig } from '../model.ts';
import { readDynamic } from './read-dynamic.ts';

const SERVERS = 'servers: [{url: "http://127.0.0.1:1"}]';
const router = (keys: string): string => `http:\n  routers:\n    r: ${keys}`;
const balancer = (keys: string): string => `http:\n  services:\n    s:\n      loadBalancer: {${keys}}`;
const middleware = (keys: string): string => `http:\n  middlewares:\n    m: ${keys}`;

const read = (text: string) => readDynamic([{ file: 'd.yml', text }]);
const sound = (text: string): DynamicConfig => {
  const { config, problems } = read(text);
  assert.deepEqual(problems, []);
  return config;
};
const soundRouter = (keys: string) => sound(router(`{rule: Path(\`/\`), service: s, ${keys}}`)).routers.get('r@file');
const soundBalancer = (keys: string) =>
  sound(balancer(`${SERVERS}, ${keys}`)).services.get('s@file') as LoadBalancerConfig;
const soundMiddleware = (keys: string) => sound(middleware(keys)).middlewares.get('m@file') as MiddlewareConfig;

/** `line:column path kind`, and a star when the rest can do without that one part. */
const told = (text: string): string[] =>
  read(text).problems.map(
    ({ place, path, kind, concerns }) => `${place.line}:${place.column} ${path} ${kind}${concerns ? '*' : ''}`,
  );

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
  test(`the health check with ${keys}`, () => {
    const { at: _at, ...found } = soundBalancer(`healthCheck: {${keys}}`).healthCheck ?? { at: undefined };
    assert.deepEqual(found, health);
  });

test('a load balancer has the defaults of Traefik, and its server URLs to the byte', () => {
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

for (const { keys, config } of [
  {
    keys: '{stripPrefix: {prefixes: "/a,/b"}}',
    config: { kind: 'stripPrefix', prefixes: ['/a', '/b'], forceSlash: false },
  },
  { keys: '{chain: {middlewares: [x, y@file]}}', config: { kind: 'chain', middlewares: ['x@file', 'y@file'] } },
  {
    keys: '{rateLimit: {average: 1, period: 1m}}',
    config: { kind: 'rateLimit', average: 1, period: 60_000, burst: 1, sourceCriterion: undefined },
  },
  {
    keys: '{ipAllowList: {sourceRange: [10.0.0.0/8, "::1"], ipStrategy: {}}}',
    config: {
      kind: 'ipAllowList',
      sourceRange: ['10.0.0.0/8', '::1'],
      ipStrategy: { depth: 0, excludedIPs: [], ipv6Subnet: undefined },
      rejectStatusCode: 403,
    },
  },
  {
    keys: '{retry: {attempts: 2}}',
    config: {
      kind: 'retry',
      attempts: 2,
      initialInterval: 0,
      timeout: 0,
      maxRequestBodyBytes: 2_097_152,
      status: [],
      disableRetryOnNetworkError: false,
      retryNonIdempotentMethod: false,
    },
  },
  {
    keys: '{redirectScheme: {scheme: https, port: 8443}}',
    config: { kind: 'redirectScheme', scheme: 'https', port: '8443', permanent: false },
  },
  {
    keys: '{buffering: {maxRequestBodyBytes: 5, memRequestBodyBytes: 1}}',
    config: { kind: 'buffering', maxRequestBodyBytes: 5, maxResponseBodyBytes: 0 },
  },
  {
    keys: '{inFlightReq: {amount: 3, sourceCriterion: {requestHost: true}}}',
    config: {
      kind: 'inFlightReq',
      amount: 3,
      sourceCriterion: { ipStrategy: undefined, requestHeaderName: '', requestHost: true },
    },
  },
])
  test(`the middleware ${keys}`, () => {
    const { at: _at, name: _name, ...found } = soundMiddleware(keys);
    assert.deepEqual(found, config);
  });

test('an unset option of a middleware is not the same as zero or false', () => {
  const unset = soundMiddleware('{headers: {customRequestHeaders: {X: ""}}}');
  const zero = soundMiddleware('{headers: {accessControlMaxAge: 0, frameDeny: false}}');
  assert.ok(unset.kind === 'headers' && zero.kind === 'headers');
  assert.deepEqual([unset.accessControlMaxAge, zero.accessControlMaxAge], [undefined, 0]);
  assert.deepEqual(unset.customRequestHeaders, new Map([['X', '']]));
  const auth = soundMiddleware('{forwardAuth: {address: "http://a"}}');
  assert.deepEqual(
    auth.kind === 'forwardAuth' && [auth.trustForwardHeader, auth.maxBodySize, auth.maxResponseBodySize],
    [undefined, -1, -1],
  );
});

test('a rule has the place where its text begins', () => {
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

// Traefik refuses the whole file for these too; a star marks those for which it leaves out one part.
for (const [text, ...problems] of [
  ['http: {}', '1:7 http invalid'],
  ['http: {routers: {}}', '1:17 http.routers invalid'],
  ['http: {routers: null}', '1:7 http invalid'],
  ['tls: {}', '1:6 tls invalid'],
  ['tls: true', '1:6 tls invalid'],
  ['[]', '1:1  invalid'],
  ['foo', '1:1  invalid'],
  ['http:\n  routerz: {a: {}}', '2:3 http.routerz unknown'],
  ['htp: {}', '1:1 htp unknown'],
  [router('{rule: x, service: s, foo: 1}'), '3:30 http.routers.r.foo unknown'],
  [router('{rule: x, Rule: y, service: s}'), '3:18 http.routers.r.rule invalid'],
  [router('{rule: x, service: s, priority: 1.5}'), '3:40 http.routers.r.priority invalid'],
  [router('{rule: x, service: s, priority: "1_0"}'), '3:40 http.routers.r.priority invalid'],
  [router('{rule: x, service: s, priority: ""}'), '3:40 http.routers.r.priority invalid'],
  [router('{rule: x, service: s, priority: true}'), '3:40 http.routers.r.priority invalid'],
  [router('{rule: x, service: s, priority: 9223372036854775808}'), '3:40 http.routers.r.priority invalid'],
  [router('{rule: x, service: s, priority: 9223372036854775807}'), '3:40 http.routers.r.priority invalid*'],
  [router('{rule: x, service: s, entryPoints: [null]}'), '3:44 http.routers.r.entryPoints[0] invalid'],
  [router('{rule: x, service: s, entryPoints: [a, [web]]}'), '3:47 http.routers.r.entryPoints[1] invalid'],
  [router('{rule: {a: b}, service: s}'), '3:15 http.routers.r.rule invalid'],
  [router('{rule: x}'), '3:5 http.routers.r invalid*'],
  [router('{service: s}'), '3:5 http.routers.r invalid*'],
  [router('{}'), '3:5 http.routers.r invalid*'],
  [balancer(`${SERVERS}, healthCheck: {}`), '4:75 http.services.s.loadBalancer.healthCheck invalid'],
  [balancer(`${SERVERS}, healthCheck: {headers: {}}`), '4:85 http.services.s.loadBalancer.healthCheck.headers invalid'],
  [
    balancer(`${SERVERS}, healthCheck: {interval: 1.5}`),
    '4:86 http.services.s.loadBalancer.healthCheck.interval invalid',
  ],
  [
    balancer(`${SERVERS}, healthCheck: {mode: grpc}`),
    '4:82 http.services.s.loadBalancer.healthCheck.mode unsupported*',
  ],
  [balancer(`${SERVERS}, strategy: WRR`), '4:72 http.services.s.loadBalancer.strategy invalid*'],
  [
    balancer(`${SERVERS}, sticky: {cookie: {secure: yes}}`),
    '4:88 http.services.s.loadBalancer.sticky.cookie.secure invalid',
  ],
  [
    balancer(`${SERVERS}, sticky: {cookie: {sameSite: no}}`),
    '4:90 http.services.s.loadBalancer.sticky.cookie.sameSite invalid*',
  ],
  [
    balancer(`${SERVERS}, sticky: {cookie: {name: "a\\r\\nb"}}`),
    '4:86 http.services.s.loadBalancer.sticky.cookie.name invalid*',
  ],
  [balancer('servers: [{url: "127.0.0.1:1"}]'), '4:38 http.services.s.loadBalancer.servers[0].url invalid*'],
  [
    balancer('servers: [{url: "http://a b"}, {}]'),
    '4:38 http.services.s.loadBalancer.servers[0].url invalid*',
    '4:53 http.services.s.loadBalancer.servers[1].url invalid*',
  ],
  [balancer('servers: [{url: "h2c://127.0.0.1:1"}]'), '4:38 http.services.s.loadBalancer.servers[0].url unsupported*'],
  [balancer('servers: [{url: "http://"}]'), '4:38 http.services.s.loadBalancer.servers[0].url invalid*'],
  [balancer('servers: [null]'), '4:32 http.services.s.loadBalancer.servers[0] invalid'],
  [balancer('servers: [{url: "http://a", weight: x}]'), '4:58 http.services.s.loadBalancer.servers[0].weight invalid'],
  ['http: {services: {s: {}}}', '1:19 http.services.s invalid*'],
  [
    `http: {services: {s: {loadBalancer: {${SERVERS}}, weighted: {services: [{name: t}]}}}}`,
    '1:19 http.services.s invalid*',
  ],
  [
    'http: {services: {s: {weighted: {services: [{name: t}], sticky: {}}}}}',
    '1:65 http.services.s.weighted.sticky invalid',
  ],
  [
    'http: {services: {s: {weighted: {services: [{weight: 1}]}}}}',
    '1:45 http.services.s.weighted.services[0].name invalid*',
  ],
  ['http: {services: {s: {failover: {service: a}}}}', '1:23 http.services.s.failover.fallback invalid*'],
  [middleware('{}'), '3:5 http.middlewares.m invalid*'],
  [middleware('{headers: {}}'), '3:18 http.middlewares.m.headers invalid'],
  [middleware('{retry: {attempts: 2}, addPrefix: {prefix: /a}}'), '3:5 http.middlewares.m invalid*'],
  [
    middleware('{ipAllowList: {sourceRange: [127.0.0.1], rejectStatusCode: 42}}'),
    '3:67 http.middlewares.m.ipAllowList.rejectStatusCode invalid*',
  ],
  [
    middleware('{ipAllowList: {sourceRange: [127.0.0.1, x]}}'),
    '3:48 http.middlewares.m.ipAllowList.sourceRange[1] invalid*',
  ],
  [
    middleware('{inFlightReq: {amount: 1, sourceCriterion: {ipStrategy: {}}}}'),
    '3:64 http.middlewares.m.inFlightReq.sourceCriterion.ipStrategy invalid',
  ],
  [
    'http:\n  routers:\n    a: {rule: x, service: {}}\n    b: {rulee: x}',
    '3:27 http.routers.a.service invalid',
    '4:9 http.routers.b.rulee unknown',
  ],
] as const)
  test(`${JSON.stringify(text)} is refused`, () => assert.deepEqual(told(text ?? ''), problems));

// Traefik takes these in silence and makes nothing good of them.
for (const [text, problem] of [
  [router('foo'), '3:8 http.routers.r invalid'],
  [router('[a]'), '3:8 http.routers.r invalid'],
  [router('{rule: [a], service: s}'), '3:15 http.routers.r.rule invalid'],
  [router('{rule: x, service: s, entryPoints: {a: b}}'), '3:43 http.routers.r.entryPoints invalid'],
  [balancer('servers: foo'), '4:31 http.services.s.loadBalancer.servers invalid'],
  [balancer('servers: {url: "http://a"}'), '4:31 http.services.s.loadBalancer.servers invalid'],
  [balancer('servers: ["http://a"]'), '4:32 http.services.s.loadBalancer.servers[0] invalid'],
  [
    middleware('{headers: {customRequestHeaders: {X: [a]}}}'),
    '3:45 http.middlewares.m.headers.customRequestHeaders.X invalid',
  ],
] as const)
  test(`${JSON.stringify(text)} is refused although Traefik takes it`, () => assert.deepEqual(told(text), [problem]));

for (const [key, meant] of [
  ['entrypoint', 'entryPoints'],
  ['sevice', 'service'],
  ['middleware', 'middlewares'],
] as const)
  test(`${key} probably means ${meant}`, () =>
    assert.equal(read(router(`{rule: x, service: s, ${key}: 1}`)).problems[0]?.remedy, `did you mean ${meant}?`));

test('a key that is like no other is told the keys there are', () =>
  assert.match(
    read(router('{rule: x, service: s, zzz: 1}')).problems[0]?.remedy ?? '',
    /^its keys are rule, service,/,
  ));

for (const [when, text, place] of [
  ['in a value', 'http:\n  routers: {a: {rule: "{{ env `HOME` }}"}}', '2:24'],
  ['in a comment', '# {{ nope }}\nhttp:', '1:3'],
] as const)
  test(`a Go template ${when} is refused`, () => {
    const [problem] = read(text).problems;
    assert.equal(`${problem?.place.line}:${problem?.place.column}`, place);
    assert.match(problem?.message ?? '', /Go template/);
  });

for (const [when, text, message] of [
  ['is TOML', '# x\n[http.routers.a]\n  rule = "x"', /TOML/],
  ['assigns like TOML', 'debug = true', /TOML/],
  ['is larger than 4 MiB', `# ${'x'.repeat(4 * 1024 * 1024)}`, /larger than 4 MiB/],
  ['holds a control character', 'http:\n  a: "\u0001"', /control character U\+0001/],
] as const)
  test(`a file that ${when} is refused`, () => assert.match(read(text).problems[0]?.message ?? '', message));

test('one bad part leaves the others readable, and says which one it is', () => {
  const { config, problems } = read(`http:
  routers: {good: {rule: x, service: s}, bad: {rule: x}}
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

test('the files of a directory are one configuration, and of a name in two of them the first counts', () => {
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

test('every problem of every file is told, not only the first', () => {
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

test('names that objects have by themselves are names like others', () => {
  const { routers } = sound(
    'http: {routers: {constructor: {rule: x, service: toString}, hasOwnProperty: {rule: x, service: s}}}',
  );
  assert.deepEqual([...routers.keys()], ['constructor@file', 'hasOwnProperty@file']);
  assert.deepEqual(told('http: {constructor: {a: 1}, toString: {}}'), [
    '1:8 http.constructor unknown',
    '1:29 http.toString unknown',
  ]);
});
