import assert from 'node:assert/strict';
import test from 'node:test';
import { readDynamic } from './read-dynamic.ts';

const SERVERS = 'servers: [{url: "http://127.0.0.1:1"}]';
const router = (keys: string): string => `http:\n  routers:\n    r: ${keys}`;
const balancer = (keys: string): string => `http:\n  services:\n    s:\n      loadBalancer: {${keys}}`;
const middleware = (keys: string): string => `http:\n  middlewares:\n    m: ${keys}`;

const read = (text: string) => readDynamic([{ file: 'd.yml', text }]);

/** `line:column path kind`, with a star if the rest works without that part. */
const told = (text: string): string[] =>
  read(text).problems.map(
    ({ place, path, kind, concerns }) => `${place.line}:${place.column} ${path} ${kind}${concerns ? '*' : ''}`,
  );

// Traefik refuses the whole file for these too; a star: it leaves out one part.
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

// Traefik accepts these silently, with no useful result.
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

test('the error for an unknown key without a similar one lists the known keys', () =>
  assert.match(read(router('{rule: x, service: s, zzz: 1}')).problems[0]?.remedy ?? '', /^valid keys: rule, service,/));

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

test('names of built-in object properties are ordinary names', () => {
  const { config, problems } = read(
    'http: {routers: {constructor: {rule: x, service: toString}, hasOwnProperty: {rule: x, service: s}}}',
  );
  assert.deepEqual([[...config.routers.keys()], problems], [['constructor@file', 'hasOwnProperty@file'], []]);
  assert.deepEqual(told('http: {constructor: {a: 1}, toString: {}}'), [
    '1:8 http.constructor unknown',
    '1:29 http.toString unknown',
  ]);
});
