import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { readDynamic } from '../../router/traefik/config/dynamic/read-dynamic.ts';
import { assertWorded } from '../topology/test-hazards.ts';
import { arbitraryTopology } from '../topology/test-topologies.ts';
import { generateFiles } from './generate-files.ts';
import { hazardsOfTraefikFile } from './hazards-of-file.ts';

const read = (text: string) => readDynamic([{ file: 'd.yml', text }]).config;
const hazardsIn = (http: object, prefix?: string) => {
  const hazards = hazardsOfTraefikFile(read(JSON.stringify({ http })), prefix);
  hazards.forEach(assertWorded);
  return hazards;
};
const told = (http: object, prefix?: string): string[] =>
  hazardsIn(http, prefix).map(({ name, severity, path, place }) => `${severity} ${name} ${path} ${place.line > 0}`);

const check = { path: '/healthz' };
const servers = [{ url: 'http://a:1' }, { url: 'http://b:1' }];
const pool = (more: object = {}) => ({ loadBalancer: { servers, healthCheck: check, ...more } });
const sticky = (name: string, more: object = {}) => ({ sticky: { cookie: { name, ...more } } });
const mcp = (more: object = {}) => ({ rule: 'PathPrefix(`/mcp`)', service: 's', ...more });
const byId = { rule: 'PathPrefix(`/mcp`) && HeaderRegexp(`Mcp-Session-Id`, `^n1\\.`)', service: 's' };

const NOT_PINNED = ['error not-pinned http.routers.a.service true'];
const unpinned = (rule: string, services: object = { s: pool() }) => ({ routers: { a: mcp({ rule }) }, services });
const HELD_BACK = ['error buffering http.routers.b.middlewares true'];
const buffered = (rule: string, names = ['b']) => ({
  routers: { b: { rule, service: 's', middlewares: names } },
  services: { s: pool(sticky('p')), t: pool() },
  middlewares: { b: { buffering: { maxRequestBodyBytes: 9 } }, c: { chain: { middlewares: ['b'] } } },
});
const SHARED = ['error shared-cookie http.services.t true'];
/** Two services with a cookie each, for two routers of which none is the endpoint's. */
const twoPools = (one: object, other: object, rules = ['PathPrefix(`/x`)', 'PathPrefix(`/y`)']) => ({
  routers: { x: { rule: rules[0], service: 's' }, y: { rule: rules[1], service: 't' } },
  services: { s: pool(one), t: pool({ servers: [{ url: 'http://c:1' }], ...other }) },
});

for (const { when, http, prefix, hazards } of [
  {
    when: 'the endpoint is written with Path, quotes and blanks',
    http: unpinned('Path( "/mcp" )'),
    hazards: NOT_PINNED,
  },
  {
    when: 'the endpoint is one of several paths',
    http: unpinned('Path(`/a`) || PathPrefix(`/mcp`)'),
    hazards: NOT_PINNED,
  },
  { when: 'a rule leaves the endpoint out', http: unpinned('! PathPrefix(`/mcp`)'), hazards: [] },
  {
    when: 'a rule asks for handles',
    http: unpinned('Path(`/mcp`) && Header(`Mcp-Param-Handle`, `n1.a`)'),
    hazards: [],
  },
  {
    when: 'nothing keeps a session, behind two failovers',
    http: unpinned('Path(`/mcp`)', {
      s: { failover: { service: 't', fallback: 'x' } },
      t: { failover: { service: 'u', fallback: 'x' } },
      u: pool(),
      x: pool({ servers: servers.slice(1) }),
    }),
    hazards: NOT_PINNED,
  },
  {
    when: 'a pool of services has one service',
    http: unpinned('Path(`/mcp`)', { s: { weighted: { services: [{ name: 'x' }], healthCheck: {} } }, x: pool() }),
    hazards: [],
  },
  { when: 'a pool is empty', http: { services: { s: { loadBalancer: { servers: [] } } } }, hazards: [] },
  {
    when: 'a weight of 0 stands for a drain among services',
    http: {
      services: { s: { weighted: { services: [{ name: 'x' }, { name: 'y', weight: 0 }] } }, x: pool(), y: pool() },
    },
    hazards: ['error weight-zero http.services.s.weighted.services[1].weight true'],
  },
  { when: 'answers are held back inside the endpoint', http: buffered('PathPrefix(`/mcp/a`)'), hazards: HELD_BACK },
  { when: 'answers are held back above the endpoint', http: buffered('PathPrefix(`/`)'), hazards: HELD_BACK },
  { when: 'answers are held back on a whole host', http: buffered('Host(`a.b`)'), hazards: HELD_BACK },
  { when: 'answers are held back beside the endpoint', http: buffered('Path(`/a`) || Path(`/b`)'), hazards: [] },
  {
    when: 'answers are held back twice',
    http: buffered('Host(`a.b`)', ['b', 'c']),
    hazards: [...HELD_BACK, ...HELD_BACK],
  },
  { when: 'two cookies have no name', http: twoPools(sticky(''), sticky('')), hazards: [] },
  { when: 'two cookies have two names', http: twoPools(sticky('p'), sticky('q')), hazards: [] },
  { when: 'one cookie is for two paths', http: twoPools(sticky('p'), sticky('p', { path: '/y' })), hazards: [] },
  { when: 'one cookie is for all paths', http: twoPools(sticky('p'), sticky('p', { path: '/' })), hazards: SHARED },
  {
    when: 'two services have the same servers in another order',
    http: twoPools(sticky('p'), { ...sticky('p'), servers: servers.toReversed() }),
    hazards: [],
  },
  {
    when: 'one of two services with one cookie is for any host',
    http: twoPools(sticky('p'), sticky('p'), ['Host(`a.b`)', 'PathPrefix(`/y`)']),
    hazards: SHARED,
  },
  {
    when: 'two services with one cookie have a host in common',
    http: twoPools(sticky('p'), sticky('p'), ['Host(`a.b`) || Host(`c.d`)', 'Host( "C.D" ) || Host(`e.f`)']),
    hazards: SHARED,
  },
  {
    when: 'the other of two services with one cookie is for any host',
    http: twoPools(sticky('p'), sticky('p'), ['PathPrefix(`/x`)', 'Host(`a.b`)']),
    hazards: SHARED,
  },
  {
    when: 'one cookie is for all paths, as only one of the services says',
    http: twoPools(sticky('p', { path: '/' }), sticky('p')),
    hazards: SHARED,
  },
  {
    when: 'one cookie is for one path',
    http: twoPools(sticky('p', { path: '/y' }), sticky('p', { path: '/y' })),
    hazards: SHARED,
  },
  {
    when: 'ids keep the sessions, and the header is written small',
    http: {
      routers: {
        a: mcp(),
        b: {
          ...byId,
          rule: byId.rule.toLowerCase().replace('pathprefix', 'PathPrefix').replace('headerregexp', 'HeaderRegexp'),
        },
      },
      services: { s: pool() },
    },
    hazards: [],
  },
  {
    when: 'two pools of services write one cookie',
    http: {
      services: {
        s: { weighted: { services: [{ name: 'x' }], ...sticky('p') } },
        t: { weighted: { services: [{ name: 'y' }], ...sticky('p') } },
        x: pool(),
        y: pool(),
      },
    },
    hazards: SHARED,
  },
  {
    when: 'sessions are kept by id',
    http: { routers: { a: mcp(), b: byId }, services: { s: pool(sticky('p')) } },
    hazards: [],
  },
  {
    when: 'nothing keeps a session',
    http: { routers: { a: mcp() }, services: { s: pool() } },
    hazards: ['error not-pinned http.routers.a.service true'],
  },
  {
    when: 'there is one server',
    http: { routers: { a: mcp() }, services: { s: pool({ servers: servers.slice(1) }) } },
    hazards: [],
  },
  {
    when: 'only the cookie keeps a session',
    http: { routers: { a: mcp() }, services: { s: pool(sticky('p')) } },
    hazards: ['warning cookie-only http.routers.a.service true'],
  },
  {
    when: 'only the cookie does, of a pool of services with another behind it',
    http: {
      routers: { a: mcp(), c: { ...byId, rule: byId.rule.replace('^n1\\.', '.') } },
      services: {
        s: { failover: { service: 'p', fallback: 'x' } },
        p: { weighted: { services: [{ name: 'x' }, { name: 'y' }], healthCheck: {}, ...sticky('p') } },
        x: pool(),
        y: pool(),
      },
    },
    hazards: ['warning cookie-only http.routers.a.service true'],
  },
  {
    when: 'the endpoint is elsewhere',
    http: { routers: { a: mcp() }, services: { s: pool() } },
    prefix: '/other',
    hazards: [],
  },
  {
    when: 'a weight of 0 stands for a drain',
    http: {
      routers: { a: mcp(), b: byId },
      services: { s: pool({ servers: [servers[0], { ...servers[1], weight: 0 }] }) },
    },
    hazards: ['error weight-zero http.services.s.loadBalancer.servers[1].weight true'],
  },
  {
    when: 'there is no health check',
    http: { routers: { b: byId }, services: { s: { loadBalancer: { servers } } } },
    hazards: ['warning no-health-check http.services.s.loadBalancer true'],
  },
  {
    when: 'answers are held back on the endpoint',
    http: {
      routers: { b: { ...byId, middlewares: ['c'] } },
      services: { s: pool() },
      middlewares: { c: { chain: { middlewares: ['b'] } }, b: { buffering: { maxRequestBodyBytes: 9 } } },
    },
    hazards: ['error buffering http.routers.b.middlewares true'],
  },
  {
    when: 'answers are held back elsewhere',
    http: {
      routers: { a: { rule: 'PathPrefix(`/files`)', service: 's', middlewares: ['b'] } },
      services: { s: pool() },
      middlewares: { b: { buffering: { maxRequestBodyBytes: 9 } } },
    },
    hazards: [],
  },
  {
    when: 'two services write one cookie',
    http: {
      routers: { b: byId, c: { rule: 'PathPrefix(`/x`)', service: 't' } },
      services: { s: pool(sticky('p')), t: pool({ ...sticky('p'), servers: servers.slice(1) }) },
    },
    hazards: ['error shared-cookie http.services.t true'],
  },
  {
    when: 'they have the same servers',
    http: {
      routers: { b: byId, c: { rule: 'PathPrefix(`/x`)', service: 't' } },
      services: { s: pool(sticky('p')), t: pool(sticky('p')) },
    },
    hazards: [],
  },
  {
    when: 'they are for other hosts',
    http: {
      routers: { b: { ...byId, rule: `Host(\`a.b\`) && ${byId.rule}` }, c: { rule: 'Host(`c.d`)', service: 't' } },
      services: { s: pool(sticky('p')), t: pool({ ...sticky('p'), servers: servers.slice(1) }) },
    },
    hazards: [],
  },
])
  test(`hazards of a hand-written file when ${when}`, () => assert.deepEqual(told(http, prefix), hazards));

test('a hazard names what the file calls the parts, and what the harm is', () => {
  const messages = [
    ...hazardsIn(buffered('Path(`/mcp`)', ['c']), '/mcp'),
    ...hazardsIn(twoPools(sticky('p'), sticky('p'))),
  ].map(({ message, remedy }) => `${message}; ${remedy}`);
  assert.deepEqual(messages, [
    'only the cookie pins a session to its node, and most MCP clients drop cookies; let `npm run generate` write the file, with one router for each node by Mcp-Session-Id',
    'b (buffering) holds an answer back until it is complete, and an event stream never is; remove it from the routers of /mcp',
    "s and t set the same cookie p for different servers: each moves the other's clients to another node; give each its own cookie name",
  ]);
});

test('compress on the endpoint is reported, if the file is accepted at all', () => {
  const file = read(JSON.stringify({ http: { routers: { b: byId }, services: { s: pool() } } }));
  const at = { file: 'd.yml', line: 1, column: 1 };
  const routers = new Map([['b@file', { ...byId, service: 's@file', at, middlewares: ['z@file'] }]]);
  const seen = hazardsOfTraefikFile({ ...file, routers, middlewares: new Map([['z@file', { kind: 'compress' }]]) });
  assert.deepEqual(
    seen.map(({ name, message }) => `${name}: ${message}`),
    ['compress: z (compress) holds events back until there are enough to compress'],
  );
});

test('what leads back to itself, or nowhere, is looked at once', () => {
  const at = { file: 'd.yml', line: 1, column: 1 };
  const failover = (service: string) => ({ kind: 'failover' as const, at, service, fallback: 'x@file' });
  const router = { ...byId, rule: 'Path(`/mcp`)', at, service: 's@file', middlewares: ['c@file', 'gone@file'] };
  const chain = (...middlewares: string[]) => ({ kind: 'chain', middlewares });
  const seen = hazardsOfTraefikFile({
    routers: new Map([['a@file', router]]),
    services: new Map([
      ['s@file', failover('t@file')],
      ['t@file', failover('s@file')],
    ]),
    middlewares: new Map<string, { readonly kind: string; readonly middlewares?: string[] }>([
      ['c@file', chain('d@file')],
      ['d@file', chain('c@file', 'b@file')],
      ['b@file', { kind: 'buffering' }],
    ]),
  });
  assert.deepEqual(
    seen.map(({ name, path }) => `${name} ${path}`),
    ['buffering http.routers.a.middlewares'],
  );
});

test('a generated file has no such hazards except those that its topology chose', () => {
  fc.assert(
    fc.property(arbitraryTopology, (topology) => {
      // A route in the endpoint's own place is a hazard of the topology.
      fc.pre(topology.prefix !== '/' && topology.routes.every(({ prefix }) => prefix !== topology.prefix));
      const { dynamic } = generateFiles(topology, { dynamicFile: 'd.yml' });
      const names = new Set(hazardsOfTraefikFile(read(dynamic), topology.prefix).map(({ name }) => name));
      if (topology.healthCheck === false) names.delete('no-health-check');
      if (topology.affinity === 'cookie') names.delete('cookie-only');
      assert.deepEqual([...names], []);
    }),
    { numRuns: 150, seed: 3 },
  );
});
