import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { readDynamic } from '../../router/traefik/config/dynamic/read-dynamic.ts';
import { arbitraryTopology } from '../topology/test-topologies.ts';
import { generateFiles } from './generate-files.ts';
import { hazardsOfTraefikFile } from './hazards-of-file.ts';

const read = (text: string) => readDynamic([{ file: 'd.yml', text }]).config;
const told = (http: object, prefix?: string): string[] =>
  hazardsOfTraefikFile(read(JSON.stringify({ http })), prefix).map(
    ({ name, severity, path, place }) => `${severity} ${name} ${path} ${place.line > 0}`,
  );

const check = { path: '/healthz' };
const servers = [{ url: 'http://a:1' }, { url: 'http://b:1' }];
const pool = (more: object = {}) => ({ loadBalancer: { servers, healthCheck: check, ...more } });
const sticky = (name: string, more: object = {}) => ({ sticky: { cookie: { name, ...more } } });
const mcp = (more: object = {}) => ({ rule: 'PathPrefix(`/mcp`)', service: 's', ...more });
const byId = { rule: 'PathPrefix(`/mcp`) && HeaderRegexp(`Mcp-Session-Id`, `^n1\\.`)', service: 's' };

for (const { when, http, prefix, hazards } of [
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

test('compress on the endpoint is reported, if the file is accepted at all', () => {
  const file = read(JSON.stringify({ http: { routers: { b: byId }, services: { s: pool() } } }));
  const at = { file: 'd.yml', line: 1, column: 1 };
  const routers = new Map([['b@file', { ...byId, service: 's@file', at, middlewares: ['z@file'] }]]);
  const seen = hazardsOfTraefikFile({ ...file, routers, middlewares: new Map([['z@file', { kind: 'compress' }]]) });
  assert.deepEqual(
    seen.map(({ name }) => name),
    ['compress'],
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
