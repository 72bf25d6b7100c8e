import assert from 'node:assert/strict';
import test from 'node:test';
import { buildTable, INERT_DEPS } from '../build-table.ts';
import { readDynamic } from '../traefik/config/dynamic/read-dynamic.ts';
import { readStatic } from '../traefik/config/static/read-static.ts';
import { decideAndCount, explainRoute, reasonOf } from './decide.ts';
import type { Request } from './request/request.ts';
import { exampleRequest } from './service/test-examples.ts';
import { completeConfig } from './table/compile.ts';

const STATIC = `
entryPoints: { web: { address: ":80" }, secure: { address: ":443" } }
ping: { entryPoint: web }
providers: { file: { filename: dynamic.yml } }
`;
const DYNAMIC = `
http:
  routers:
    mcp: { rule: "PathPrefix(\`/mcp\`)", service: nodes, entryPoints: [web] }
    post: { rule: "PathPrefix(\`/mcp\`) && Method(\`POST\`)", service: one, entryPoints: [web] }
    down: { rule: "Path(\`/down\`)", service: none, entryPoints: [web] }
    inner: { rule: "Path(\`/inner\`)", service: both, entryPoints: [web] }
    outer: { rule: "Path(\`/outer\`)", service: first, entryPoints: [web] }
    main: { rule: "Path(\`/main\`)", service: spare, entryPoints: [web] }
    sealed: { rule: "PathPrefix(\`/mcp\`)", service: one, entryPoints: [secure], tls: {} }
  services:
    nodes: { loadBalancer: { sticky: { cookie: { name: pin } }, servers: [{ url: "http://n1" }, { url: "http://n2" }] } }
    one: { loadBalancer: { servers: [{ url: "http://n1" }] } }
    both: { weighted: { services: [{ name: nodes }] } }
    first: { weighted: { services: [{ name: one }] } }
    spare: { failover: { service: checked, fallback: one } }
    checked: { loadBalancer: { healthCheck: { path: / }, servers: [{ url: "http://n1" }] } }
    none: { loadBalancer: { servers: [] } }
`;

const config = readStatic({ file: 'traefik.yml', text: STATIC }).config!;
const read = readDynamic([{ file: 'dynamic.yml', text: DYNAMIC }]);
const table = buildTable(completeConfig(read.config, config), config, INERT_DEPS);
const asked = (more: Partial<Request>): Request => ({ ...exampleRequest(), method: 'GET', ...more });

const summaryOf = (entryPoint: string, request: Request): string => {
  const decision = decideAndCount(table, entryPoint, request);
  const reason = reasonOf(decision);
  if (decision.kind === 'internal') return `${decision.service}, ${reason}`;
  if (decision.kind === 'reject') return `${decision.status} ${decision.body.trim()}, ${reason}`;
  return `${decision.route.name} to ${decision.choice.server.url}, ${reason}`;
};

for (const { when, entryPoint = 'web', request, goes } of [
  { when: 'the only router that matches has it', request: {}, goes: /^mcp@file to http:\/\/n[12], no-cookie$/ },
  { when: 'the longer rule wins', request: { method: 'POST' }, goes: /^post@file to http:\/\/n1, only-server$/ },
  { when: 'no router matches', request: { routingPath: '/else' }, goes: /^404 404 page not found, no-router$/ },
  {
    when: 'its service has no server',
    request: { routingPath: '/down' },
    goes: /^503 no available server, no-server$/,
  },
  { when: 'two levels choose', request: { routingPath: '/inner' }, goes: /^inner@file to http:\/\/n[12], no-cookie$/ },
  {
    when: 'only the outer level chooses',
    request: { routingPath: '/outer' },
    goes: /^outer@file to http:\/\/n1, round-robin$/,
  },
  {
    when: 'no level has a choice',
    request: { routingPath: '/main' },
    goes: /^main@file to http:\/\/n1, only-server$/,
  },
  { when: 'Traefik answers by itself', request: { routingPath: '/ping' }, goes: /^ping@internal, internal$/ },
  { when: 'nobody knows the entry point', entryPoint: 'other', request: {}, goes: /no-router$/ },
  { when: 'a TLS router is asked in the clear', entryPoint: 'secure', request: {}, goes: /no-router$/ },
  { when: 'a TLS router is asked over TLS', entryPoint: 'secure', request: { tls: true }, goes: /^sealed@file to / },
])
  test(`where a request goes when ${when}`, () => assert.match(summaryOf(entryPoint, asked(request)), goes));

test('the trace ends with the router that matches', () => {
  const tried = explainRoute(table, 'web', asked({ method: 'POST' }));
  assert.deepEqual(
    tried.map(({ route, trace }) => [route.name, trace.matched]),
    [
      ['ping@internal', false],
      ['post@file', true],
    ],
  );
});
