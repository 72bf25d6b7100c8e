import assert from 'node:assert/strict';
import test from 'node:test';
import { readDynamic } from '../../traefik/config/dynamic/read-dynamic.ts';
import { readStatic } from '../../traefik/config/static/read-static.ts';
import type { Middleware } from '../middleware.ts';
import type { Service } from '../service/service.ts';
import { compileTable, completeConfig, type Parts } from './compile.ts';
import type { RoutingTable } from './table.ts';

const STATIC = `
entryPoints:
  web: { address: ":80" }
  secure: { address: ":443", http: { tls: {}, middlewares: [mark] } }
providers: { file: { filename: dynamic.yml } }
`;

const service = (name: string): Service => ({
  name,
  kind: 'loadBalancer',
  choose: () => assert.fail(),
  isUp: () => true,
});

const compile = (dynamic: string, staticText = STATIC, parts: Partial<Parts> = {}): RoutingTable => {
  const read = readStatic({ file: 'traefik.yml', text: staticText });
  assert.deepEqual(read.problems, []);
  const { config, problems } = readDynamic([{ file: 'dynamic.yml', text: dynamic }]);
  assert.deepEqual(problems, []);
  const complete = completeConfig(config, read.config!);
  return compileTable(complete, read.config!, {
    services: new Map([...complete.services.keys()].map((name) => [name, service(name)])),
    serviceErrors: new Map(),
    middlewares: new Map([...complete.middlewares.keys()].map((name) => [name, []])),
    middlewareErrors: new Map(),
    ...parts,
  });
};

const TWO_PLAIN = `
entryPoints: { web: { address: ":80" }, b: { address: ":81" } }
providers: { file: { filename: dynamic.yml } }
`;

const SERVICE = 'services: { s: { loadBalancer: { servers: [{ url: "http://a" }] } } }';
const http = (routers: string): string =>
  `http:\n  ${SERVICE}\n  middlewares: { mark: { addPrefix: { prefix: /x } } }\n  routers:\n${routers}`;

const names = (table: RoutingTable, entryPoint: string, kind: 'plain' | 'tls'): string[] =>
  table.entryPoints.get(entryPoint)![kind].map((route) => route.name);

test('the longer rule comes first, an explicit priority before both, and equals by name', () => {
  const table = compile(
    http(`
    short: { rule: "PathPrefix(\`/a\`)", service: s, entryPoints: [web] }
    long: { rule: "PathPrefix(\`/a\`) && Method(\`GET\`)", service: s, entryPoints: [web] }
    equal: { rule: "PathPrefix(\`/c\`)", service: s, entryPoints: [web] }
    set: { rule: "Path(\`/\`)", service: s, entryPoints: [web], priority: 1000 }
    same: { rule: "PathPrefix(\`/b\`)", service: s, entryPoints: [web] }`),
  );
  const order = ['set@file', 'long@file', 'equal@file', 'same@file', 'short@file'];
  assert.deepEqual(names(table, 'web', 'plain'), order);
  assert.deepEqual(names(table, 'web', 'tls'), []);
});

test('the length of a rule counts bytes, as in Go', () => {
  const table = compile(http('    one: { rule: "PathPrefix(`/ü`)", service: s, entryPoints: [web] }'));
  assert.equal(table.routers.get('one@file')?.config.priority, 17);
});

test('a router without entry points is served by all, with the additions of each', () => {
  const table = compile(http('    one: { rule: "PathPrefix(`/`)", service: s }'));
  assert.deepEqual(names(table, 'web', 'plain'), ['one@file']);
  assert.deepEqual(names(table, 'secure', 'plain'), []);
  assert.deepEqual(names(table, 'secure', 'tls'), ['secure-one@file']);
  assert.deepEqual(table.routers.get('secure-one@file')?.config.middlewares, ['mark@file']);
});

for (const row of [
  { what: 'service', router: 'service: nosuch', says: 'the service "nosuch@file" does not exist' },
  { what: 'middleware', router: 'service: s, middlewares: [nosuch]', says: 'middleware "nosuch@file" does not exist' },
  { what: 'entry point', router: 'service: s, entryPoints: [nosuch]', says: 'no valid entryPoint for this router' },
  { what: 'enabled page', router: 'service: api@internal', says: 'api is not enabled' },
  { what: 'enabled ping', router: 'service: ping@internal', says: 'ping is not enabled' },
  { what: 'enabled metrics', router: 'service: prometheus@internal', says: 'prometheus is not enabled' },
  { what: 'internal service', router: 'service: rest@internal', says: 'unknown internal service rest@internal' },
]) {
  test(`a router with an unknown ${row.what} is left out, and the others work`, () => {
    const table = compile(
      http(`
    bad: { rule: "PathPrefix(\`/bad\`)", ${row.router} }
    good: { rule: "PathPrefix(\`/\`)", service: s, entryPoints: [web] }`),
    );
    const bad = [...table.routers.values()].find(({ config }) => config.name.endsWith('bad@file'))!;
    assert.equal(bad.status, 'disabled');
    assert.ok(bad.errors.includes(row.says), bad.errors.join());
    assert.deepEqual(names(table, 'web', 'plain'), ['good@file']);
  });
}

test('a router without a service is left out, in the words of Traefik, which checks nothing else of it', () => {
  const table = compile(http('    one: { rule: "Pth(`/`)", entryPoints: [web], middlewares: [nosuch] }'));
  assert.deepEqual(table.routers.get('one@file')?.errors, [
    'router has no service and no child routers',
    'router must have either a service or child routers',
  ]);
});

test('a router with one entry point that exists works there, with a warning', () => {
  const table = compile(http('    one: { rule: "PathPrefix(`/`)", service: s, entryPoints: [web, nosuch] }'));
  const { status, errors, using } = table.routers.get('one@file')!;
  assert.deepEqual([status, errors, using], ['warning', [`entryPoint "nosuch" doesn't exist`], ['web']]);
  assert.deepEqual(names(table, 'web', 'plain'), ['one@file']);
});

test('a router without errors is enabled, with its entry points', () => {
  const table = compile(http('    one: { rule: "PathPrefix(`/`)", service: s, entryPoints: [web, b] }'), TWO_PLAIN);
  const { status, errors, using } = table.routers.get('one@file')!;
  assert.deepEqual([status, errors, using], ['enabled', [], ['b', 'web']]);
});

test('the error for a rule that does not parse names the unknown matcher', () => {
  const faultOf = (rule: string) =>
    compile(http(`    one: { rule: "${rule}", service: s, entryPoints: [web] }`)).routers.get('one@file')?.faults[0];
  assert.equal(faultOf('Pth(`/`)')?.name, 'Pth');
  assert.deepEqual(Object.keys(faultOf('Path(`/`')!), ['part', 'message']);
});

test('parts that cannot be built leave out the routers that use them, with the reason', () => {
  const routers = `
    b: { rule: "Path(\`/b\`)", service: s, entryPoints: [web] }
    a: { rule: "Path(\`/a\`)", service: other, entryPoints: [web], middlewares: [mark] }`;
  const table = compile(
    http(routers).replace('services: {', 'services: { other: { loadBalancer: { servers: [] } },'),
    STATIC,
    {
      serviceErrors: new Map([['s@file', ['one error', 'another']]]),
      middlewares: new Map(),
      middlewareErrors: new Map([['mark@file', ['bad', 'worse']]]),
    },
  );
  assert.deepEqual(table.routers.get('b@file')?.errors, ['one error, another']);
  assert.deepEqual(table.routers.get('a@file')?.errors, ['bad, worse']);
  assert.deepEqual(Object.fromEntries(table.services), {
    's@file': { status: 'disabled', errors: ['one error', 'another'], usedBy: ['b@file'] },
    'other@file': { status: 'enabled', errors: [], usedBy: ['a@file'] },
  });
  assert.deepEqual(Object.fromEntries(table.middlewares), {
    'mark@file': { status: 'disabled', errors: ['bad', 'worse'], usedBy: ['a@file'] },
  });
});

test('users are listed by name', () => {
  const table = compile(
    http(`
    b: { rule: "Path(\`/b\`)", service: s, entryPoints: [web], middlewares: [mark] }
    a: { rule: "Path(\`/a\`)", service: s, entryPoints: [web], middlewares: [mark] }`),
  );
  assert.deepEqual(table.services.get('s@file')?.usedBy, ['a@file', 'b@file']);
  assert.deepEqual(table.middlewares.get('mark@file')?.usedBy, ['a@file', 'b@file']);
});

test('each router has its middlewares in order, and its own instance of stateful ones', () => {
  const make = (name: string, more: Partial<Middleware> = {}): Middleware => ({
    name,
    kind: 'test',
    at: { file: '', line: 1, column: 1 },
    ...more,
  });
  const shared = make('shared');
  const counting = make('counting', { newInstance: () => make('counting') });
  const table = compile(
    http(`
    a: { rule: "Path(\`/a\`)", service: s, entryPoints: [web], middlewares: [mark] }
    b: { rule: "Path(\`/b\`)", service: s, entryPoints: [web], middlewares: [mark] }`),
    STATIC,
    { middlewares: new Map([['mark@file', [shared, counting]]]) },
  );
  const [a, b] = table.entryPoints.get('web')!.plain.map(({ middlewares }) => middlewares);
  assert.deepEqual(
    a?.map(({ name }) => name),
    ['shared', 'counting'],
  );
  assert.equal(a?.[0], b?.[0]);
  assert.notEqual(a?.[1], b?.[1]);
});

test('an entry point can redirect all requests to another: this router comes before every user router', () => {
  const table = compile(
    http('    one: { rule: "PathPrefix(`/`)", service: s, entryPoints: [web], priority: 999999 }'),
    STATIC.replace('address: ":80"', 'address: ":80", http: { redirections: { entryPoint: { to: secure } } }'),
  );
  assert.deepEqual(names(table, 'web', 'plain'), ['web-to-secure@internal', 'one@file']);
  assert.deepEqual(table.config.middlewares.get('redirect-web-to-secure@internal'), {
    kind: 'redirectScheme',
    name: 'redirect-web-to-secure@internal',
    at: table.config.middlewares.get('redirect-web-to-secure@internal')?.at,
    scheme: 'https',
    port: '443',
    permanent: true,
  });
});

test('a redirection is served on its entry point, and named after both', () => {
  const redirecting = (name: string, to: string): string =>
    `entryPoints: { ${name}: { address: ":80", http: { redirections: { entryPoint: { to: "${to}" } } } }, s_: { address: ":444" } }\nproviders: { file: { filename: dynamic.yml } }\n`;
  const { config } = compile(http(''), redirecting('web.v4', ':8443')).routers.get('web-v4-to-8443@internal')!;
  assert.deepEqual([config.entryPoints, config.middlewares], [['web.v4'], ['redirect-web-v4-to-8443@internal']]);
  const table = compile(http(''), redirecting('_web', 's_'));
  const middleware = table.config.middlewares.get('redirect-web-to-s@internal');
  assert.equal(middleware?.kind === 'redirectScheme' && middleware.port, '444');
  const numbered = compile(http(''), redirecting('web', ':8443')).config.middlewares.get(
    'redirect-web-to-8443@internal',
  );
  assert.equal(numbered?.kind === 'redirectScheme' && numbered.port, '8443');
});

test('ping, metrics and API have routers of their own, unless the user routes to them', () => {
  const own = `${STATIC}ping: { entryPoint: web }\napi: { insecure: true }\nmetrics: { prometheus: { manualRouting: true } }\n`;
  const table = compile(
    http('    one: { rule: "PathPrefix(`/m`)", service: prometheus@internal, entryPoints: [web] }'),
    own,
  );
  assert.deepEqual(names(table, 'web', 'plain'), ['ping@internal', 'one@file']);
  assert.deepEqual(names(table, 'traefik', 'plain'), ['api@internal']);
});

const OWN = 'ping: {}\nmetrics: { prometheus: {} }\n';

test('ping and metrics come before the API, each at its own path', () => {
  const table = compile(http(''), `${STATIC}${OWN}api: { insecure: true }\n`);
  const routes = table.entryPoints.get('traefik')!.plain.map(({ name, rule }) => `${name} ${rule.text}`);
  assert.deepEqual(routes, [
    'ping@internal PathPrefix(`/ping`)',
    'prometheus@internal PathPrefix(`/metrics`)',
    'api@internal PathPrefix(`/api`)',
  ]);
});

test('an API that is not insecure and a ping that is routed by hand have no router', () => {
  const table = compile(http(''), `${STATIC}ping: { manualRouting: true }\napi: {}\n`);
  assert.deepEqual([...table.routers.keys()], []);
});
