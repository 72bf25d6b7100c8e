import assert from 'node:assert/strict';
import test from 'node:test';
import { readDynamic } from '../../traefik/config/dynamic/read-dynamic.ts';
import { readStatic } from '../../traefik/config/static/read-static.ts';
import type { Service } from '../service/service.ts';
import { compileTable, completeConfig } from './compile.ts';
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

const compile = (dynamic: string, staticText = STATIC): RoutingTable => {
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
  });
};

const SERVICE = 'services: { s: { loadBalancer: { servers: [{ url: "http://a" }] } } }';
const http = (routers: string): string =>
  `http:\n  ${SERVICE}\n  middlewares: { mark: { addPrefix: { prefix: /x } } }\n  routers:\n${routers}`;

const names = (table: RoutingTable, entryPoint: string, kind: 'plain' | 'tls'): string[] =>
  table.entryPoints.get(entryPoint)![kind].map((route) => route.name);

test('the longer rule is asked first, a set priority before both, and equals by name', () => {
  const table = compile(
    http(`
    short: { rule: "PathPrefix(\`/a\`)", service: s, entryPoints: [web] }
    long: { rule: "PathPrefix(\`/a\`) && Method(\`GET\`)", service: s, entryPoints: [web] }
    set: { rule: "Path(\`/\`)", service: s, entryPoints: [web], priority: 1000 }
    same: { rule: "PathPrefix(\`/b\`)", service: s, entryPoints: [web] }`),
  );
  assert.deepEqual(names(table, 'web', 'plain'), ['set@file', 'long@file', 'same@file', 'short@file']);
});

test('the length of a rule counts bytes, as in Go', () => {
  const table = compile(http('    one: { rule: "PathPrefix(`/ü`)", service: s, entryPoints: [web] }'));
  assert.equal(table.routers.get('one@file')?.config.priority, 17);
});

test('a router without entry points is served by all, and takes over what each adds', () => {
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
]) {
  test(`a router that names no ${row.what} of ours is left out, and the others work`, () => {
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

test('a router with one entry point that exists works there, with a warning', () => {
  const table = compile(http('    one: { rule: "PathPrefix(`/`)", service: s, entryPoints: [web, nosuch] }'));
  assert.equal(table.routers.get('one@file')?.status, 'warning');
  assert.deepEqual(names(table, 'web', 'plain'), ['one@file']);
});

test('an entry point can send everybody to another: its own router comes before every user router', () => {
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

test('ping, metrics and API have routers of their own, unless the user routes to them', () => {
  const own = `${STATIC}ping: { entryPoint: web }\napi: { insecure: true }\nmetrics: { prometheus: { manualRouting: true } }\n`;
  const table = compile(
    http('    one: { rule: "PathPrefix(`/m`)", service: prometheus@internal, entryPoints: [web] }'),
    own,
  );
  assert.deepEqual(names(table, 'web', 'plain'), ['ping@internal', 'one@file']);
  assert.deepEqual(names(table, 'traefik', 'plain'), ['api@internal']);
});
