import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { hazardProblems } from './hazard-problems.ts';
import { hazardsOf } from './hazards.ts';
import { assertWorded } from './test-hazards.ts';
import { arbitraryTopology } from './test-topologies.ts';
import { topologySchema } from './topology.ts';

const NODES = [
  { id: 'n1', url: 'http://a:1' },
  { id: 'n2', url: 'http://b:1' },
];
const TLS = { websecure: { address: ':443', tls: true } };
const WEB = { web: { address: ':80' } };
const INTERNAL = { traefik: { address: '127.0.0.1:9100' } };
const BASE = { nodes: NODES, entryPoints: { ...TLS, ...INTERNAL } };

const seen = (change: object): string[] => {
  const hazards = hazardsOf(topologySchema.parse({ ...BASE, ...change }));
  hazards.forEach(assertWorded);
  return hazards.map(({ name, severity, path }) => `${severity} ${name} ${path}`);
};

for (const { when, change, hazards } of [
  { when: 'all is well', change: {}, hazards: [] },
  {
    when: 'two nodes have one id',
    change: { nodes: [...NODES, { id: 'n1', url: 'http://c:1' }] },
    hazards: ['error same-id nodes[2].id'],
  },
  {
    when: 'a tag, names and former tags are all different',
    change: {
      nodes: [
        { ...NODES[0], tag: 't1', formerly: ['n1', 't0'] },
        { ...NODES[1], tag: 't2' },
      ],
    },
    hazards: [],
  },
  {
    when: 'a tag is the name of another node',
    change: { nodes: [{ ...NODES[0], tag: 'n2' }, NODES[1]] },
    hazards: ['error same-tag nodes[0].tag'],
  },
  {
    when: 'two nodes have one tag, and one of them had it before',
    change: {
      nodes: [
        { ...NODES[0], tag: 't1' },
        { ...NODES[1], tag: 't1', formerly: ['t2', 't1'] },
      ],
    },
    hazards: ['error same-tag nodes[1].tag', 'error same-tag nodes[1].formerly[1]'],
  },
  {
    when: 'a former tag is another node’s name',
    change: { nodes: [NODES[0], { ...NODES[1], tag: 't', formerly: ['n1'] }] },
    hazards: ['error same-tag nodes[1].formerly[0]'],
  },
  {
    when: 'a former tag is the present one',
    change: { nodes: [NODES[0], { ...NODES[1], tag: 't', formerly: ['t'] }] },
    hazards: ['error same-tag nodes[1].formerly[0]'],
  },
  {
    when: 'two ids differ in letter case',
    change: { nodes: [...NODES, { id: 'N1', url: 'http://c:1' }] },
    hazards: ['warning alike-ids nodes[2].id'],
  },
  {
    when: 'two nodes have one URL',
    change: { nodes: [...NODES, { id: 'n3', url: 'http://a:1' }] },
    hazards: ['error same-url nodes[2].url'],
  },
  {
    when: 'two URLs are one server',
    change: {
      nodes: [
        { id: 'n1', url: 'http://a' },
        { id: 'n2', url: 'http://A:80' },
      ],
    },
    hazards: ['error one-server nodes[1].url'],
  },
  { when: 'there is one node', change: { nodes: NODES.slice(1) }, hazards: ['warning one-node nodes'] },
  {
    when: 'nobody takes new sessions',
    change: { nodes: NODES.map((node) => ({ ...node, state: 'draining' })) },
    hazards: ['error nobody-active nodes'],
  },
  { when: 'one of two drains', change: { nodes: [NODES[0], { ...NODES[1], state: 'draining' }] }, hazards: [] },
  {
    when: 'there is no health check',
    change: { healthCheck: false },
    hazards: ['warning no-health-check healthCheck'],
  },
  {
    when: 'checks overlap',
    change: { healthCheck: { interval: '1s', timeout: '2s' } },
    hazards: ['warning health-check-times healthCheck.timeout'],
  },
  {
    when: 'checks take no time',
    change: { healthCheck: { interval: '0s' } },
    hazards: ['error health-check-times healthCheck'],
  },
  {
    when: 'checks are rare',
    change: { healthCheck: { interval: '30s' } },
    hazards: ['warning slow-health-check healthCheck.interval'],
  },
  {
    when: 'new sessions are asked for rarely',
    change: { healthCheck: { ready: { interval: '30s' } } },
    hazards: ['warning slow-health-check healthCheck.ready.interval'],
  },
  {
    when: 'the nodes are not ours, and know one path',
    change: { healthCheck: { path: '/status' } },
    hazards: ['warning ready-path healthCheck.ready.path'],
  },
  {
    when: 'that path is for both',
    change: { healthCheck: { path: '/status', ready: { path: '/status' } } },
    hazards: [],
  },
  { when: 'answers are cut', change: { timeouts: { grace: '0s' } }, hazards: ['warning no-grace timeouts.grace'] },
  {
    when: 'a route is inside the endpoint',
    change: { routes: [{ name: 'a', prefix: '/mcp-admin' }] },
    hazards: ['error hidden-route routes[0].prefix'],
  },
  {
    when: 'a route is round the endpoint',
    change: { routes: [{ name: 'a', prefix: '/m' }] },
    hazards: ['warning route-round-mcp routes[0].prefix'],
  },
  {
    when: 'a route takes uploads',
    change: { routes: [{ name: 'a', prefix: '/files/upload' }] },
    hazards: ['warning slow-uploads routes[0].prefix'],
  },
  {
    when: 'a route takes uploads for which the entry point has time',
    change: {
      routes: [{ name: 'a', prefix: '/files/upload' }],
      entryPoints: { websecure: { address: ':443', tls: true, readTimeout: '10m' }, ...INTERNAL },
    },
    hazards: [],
  },
  {
    when: 'a route is the default',
    change: { routes: [{ name: 'a', prefix: '/' }] },
    hazards: ['error route-is-default routes[0].prefix'],
  },
  {
    when: 'two routes have one prefix',
    change: {
      routes: [
        { name: 'a', prefix: '/a' },
        { name: 'b', prefix: '/a' },
      ],
    },
    hazards: ['error same-prefix routes[1].prefix'],
  },
  {
    when: 'two routes have one name',
    change: {
      routes: [
        { name: 'a', prefix: '/a' },
        { name: 'a', prefix: '/b' },
      ],
    },
    hazards: ['error same-route routes[1].name'],
  },
  {
    when: 'the endpoint is everywhere',
    change: { prefix: '/', routes: [] },
    hazards: ['warning mcp-everywhere prefix'],
  },
  {
    when: 'a text begins a template',
    change: { registry: 'redis://:{{x@redis' },
    hazards: ['error template registry'],
  },
  {
    when: 'a redirection goes nowhere',
    change: { entryPoints: { ...BASE.entryPoints, web: { address: ':80', redirectTo: 'gone' } } },
    hazards: ['error redirection entryPoints.web.redirectTo'],
  },
  {
    when: 'a redirection goes to itself',
    change: { entryPoints: { ...BASE.entryPoints, web: { address: ':80', redirectTo: 'web' } } },
    hazards: ['error redirection entryPoints.web.redirectTo'],
  },
  {
    when: 'a redirection goes to TLS',
    change: { entryPoints: { ...BASE.entryPoints, web: { address: ':80', redirectTo: 'websecure' } } },
    hazards: [],
  },
  {
    when: 'two entry points have one port',
    change: { entryPoints: { ...BASE.entryPoints, other: { address: '127.0.0.1:443', tls: true } } },
    hazards: ['error same-address entryPoints.other.address'],
  },
  { when: 'nobody serves', change: { entryPoints: INTERNAL }, hazards: ['error nobody-serves entryPoints'] },
  {
    when: 'a trusted range is none',
    change: { entryPoints: { ...INTERNAL, websecure: { ...TLS.websecure, trustedIPs: ['10.0.0.0/33'] } } },
    hazards: ['error trusted-ips entryPoints.websecure.trustedIPs[0]'],
  },
  {
    when: 'everybody is trusted',
    change: { entryPoints: { ...INTERNAL, websecure: { ...TLS.websecure, trustedIPs: ['0.0.0.0/0'] } } },
    hazards: ['warning trusted-ips entryPoints.websecure.trustedIPs[0]'],
  },
  {
    when: 'everybody can read the metrics',
    change: { entryPoints: TLS },
    hazards: ['warning public-metrics entryPoints.websecure'],
  },
  {
    when: 'a secure cookie meets plain HTTP',
    change: { entryPoints: { ...WEB, ...INTERNAL } },
    hazards: ['error secure-over-http entryPoints.web'],
  },
  {
    when: 'a secure cookie meets plain HTTP beside TLS',
    change: { entryPoints: { ...WEB, ...TLS, ...INTERNAL } },
    hazards: ['warning secure-over-http entryPoints.web'],
  },
  {
    when: 'a balancer in front may speak TLS',
    change: { entryPoints: { web: { address: ':80', trustedIPs: ['10.0.0.0/8'] }, ...INTERNAL } },
    hazards: ['warning secure-over-http entryPoints.web'],
  },
  {
    when: 'there is no cookie to lose',
    change: { affinity: 'session-id', entryPoints: { ...WEB, ...INTERNAL } },
    hazards: [],
  },
  {
    when: 'the cookie is open for no reason',
    change: { cookie: { secure: false } },
    hazards: ['warning not-secure cookie.secure'],
  },
  {
    when: 'sameSite none is not secure',
    change: { cookie: { secure: false, sameSite: 'none' }, entryPoints: { ...WEB, ...INTERNAL } },
    hazards: ['error none-not-secure cookie.sameSite'],
  },
  { when: 'the cookie is all there is', change: { affinity: 'cookie' }, hazards: ['warning cookie-only affinity'] },
  {
    when: 'the cookie is for another path',
    change: { cookie: { path: '/mc' } },
    hazards: ['error cookie-path cookie.path'],
  },
  { when: 'the cookie is for the path', change: { cookie: { path: '/mcp' } }, hazards: [] },
  {
    when: 'the Traefik that it names knows no path and no domain of a cookie',
    change: { traefik: '3.2', hosts: ['a.example.com'], cookie: { name: 'own', path: '/mcp', domain: 'example.com' } },
    hazards: ['warning traefik-lacks cookie.path', 'warning traefik-lacks cookie.domain'],
  },
  {
    when: 'it knows one of them',
    change: { traefik: '3.3', hosts: ['a.example.com'], cookie: { name: 'own', path: '/mcp', domain: 'example.com' } },
    hazards: ['warning traefik-lacks cookie.domain'],
  },
  {
    when: 'no release of the Traefik that it names was tried',
    change: { traefik: '3.1' },
    hazards: ['warning traefik-not-tried traefik'],
  },
  {
    when: 'the cookie is of another domain',
    change: { hosts: ['mcp.example.com'], cookie: { name: 'own', domain: 'ample.com' } },
    hazards: ['error cookie-domain cookie.domain'],
  },
  {
    when: 'the cookie is of the domain',
    change: { hosts: ['mcp.example.com'], cookie: { name: 'own', domain: 'example.com' } },
    hazards: [],
  },
  {
    when: 'other deployments of the domain have its name',
    change: { hosts: ['mcp.example.com'], cookie: { domain: 'example.com' } },
    hazards: ['warning shared-cookie cookie.name'],
  },
  {
    when: 'other endpoints of the host have its name',
    change: { prefix: '/a/mcp' },
    hazards: ['warning shared-cookie cookie.name'],
  },
  {
    when: 'it is for one of the endpoints',
    change: { prefix: '/a/mcp', cookie: { path: '/a/mcp' } },
    hazards: [],
  },
  {
    when: 'the cookie expires at once',
    change: { cookie: { maxAge: -1 } },
    hazards: ['error expires-at-once cookie.maxAge'],
  },
  {
    when: 'the cookie has a name with rules',
    change: { cookie: { name: '__Host-pin' } },
    hazards: ['error cookie-prefix cookie.name'],
  },
  {
    when: 'pages of another site come',
    change: { hosts: ['mcp.example.com'], cors: { origins: ['https://other.org'] } },
    hazards: ['warning cross-site cookie.sameSite'],
  },
  {
    when: 'pages of this site come',
    change: { hosts: ['mcp.example.com'], cors: { origins: ['https://app.example.com'] } },
    hazards: [],
  },
])
  test(`hazards when ${when}`, () => assert.deepEqual(seen(change), hazards));

test('a hazard of the registry does not quote its password', () => {
  const topology = topologySchema.parse({ ...BASE, registry: 'redis://:secret{{@redis' });
  assert.deepEqual(
    hazardsOf(topology).map(({ path, message }) => [path, message.includes('secret')]),
    [['registry', false]],
  );
});

test('every hazard of any topology says what to do, errors first', () => {
  fc.assert(
    fc.property(arbitraryTopology, (topology) => {
      const hazards = hazardsOf(topology);
      for (const { message, remedy, path } of hazards) assert.ok(message !== '' && remedy !== '' && path !== '');
      const severities = hazards.map(({ severity }) => severity);
      assert.deepEqual(severities, severities.toSorted());
    }),
    { numRuns: 200, seed: 5 },
  );
});

test('a hazard points to its line, or to the nearest part in the file', () => {
  const text = 'nodes:\n  - id: n1\n    url: http://a:1\nentryPoints:\n  web:\n    address: ":80"\n';
  const topology = topologySchema.parse({ nodes: [NODES[0]], entryPoints: WEB });
  const places = hazardProblems(hazardsOf(topology), text, 't.yaml').map(
    ({ kind, path, place }) => `${kind} ${path} ${place.line}:${place.column}`,
  );
  assert.deepEqual(places, ['error entryPoints.web 5:3', 'warning nodes 1:1', 'warning entryPoints.web 5:3']);
});
