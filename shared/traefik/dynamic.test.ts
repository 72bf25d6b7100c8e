import assert from 'node:assert/strict';
import test from 'node:test';
import { type Topology, topologySchema } from '../topology/topology.ts';
import { cookieValue } from './cookie-value.ts';
import { dynamicOf } from './dynamic.ts';
import { generateFiles } from './generate-files.ts';
import { staticOf } from './static.ts';

const node = (id: string, state = 'active') => ({ id, url: `http://${id}:1`, state });
const topology = (change: object = {}): Topology =>
  topologySchema.parse({ nodes: [node('n1'), node('n2')], entryPoints: { web: { address: ':80' } }, ...change });
const parts = (change: object = {}) => dynamicOf(topology(change)).http;
const urlsOf = (change: object, service: string): string[] => {
  const found = parts(change).services[service];
  return found && 'loadBalancer' in found ? found.loadBalancer.servers.map(({ url }) => url) : [];
};

const DRAINING = { nodes: [node('n1'), node('n2', 'draining'), node('n3', 'out')] };

for (const { when, change, routers, services } of [
  {
    when: 'both pins are asked for',
    change: {},
    routers: ['node-n1', 'node-n2', 'mcp', 'route-graphql', 'default'],
    services: ['only-n1', 'node-n1', 'only-n2', 'node-n2', 'mcp', 'default'],
  },
  {
    when: 'the cookie alone pins',
    change: { affinity: 'cookie' },
    routers: ['mcp', 'route-graphql', 'default'],
    services: ['mcp', 'default'],
  },
  {
    when: 'one drains and one is out',
    change: DRAINING,
    routers: ['node-n1', 'node-n2', 'draining-n2', 'mcp', 'route-graphql', 'default'],
    services: ['only-n1', 'node-n1', 'only-n2', 'node-n2', 'mcp', 'default'],
  },
  {
    when: 'one drains whose clients are known by the cookie',
    change: { ...DRAINING, affinity: 'cookie' },
    routers: ['draining-n2', 'mcp', 'route-graphql', 'default'],
    services: ['only-n2', 'node-n2', 'mcp', 'default'],
  },
  {
    when: 'one drains whose clients are known by the id',
    change: { ...DRAINING, affinity: 'session-id' },
    routers: ['node-n1', 'node-n2', 'mcp', 'route-graphql', 'default'],
    services: ['only-n1', 'node-n1', 'only-n2', 'node-n2', 'mcp', 'default'],
  },
  {
    when: 'nothing checks whether a node is there',
    change: { healthCheck: false },
    routers: ['node-n1', 'node-n2', 'mcp', 'route-graphql', 'default'],
    services: ['only-n1', 'only-n2', 'mcp', 'default'],
  },
])
  test(`the routers and services when ${when}`, () => {
    const http = parts(change);
    assert.deepEqual(Object.keys(http.routers), routers);
    assert.deepEqual(Object.keys(http.services), services);
    for (const { service } of Object.values(http.routers)) assert.ok(service in http.services);
  });

test('new sessions and everything else go to active nodes only', () => {
  for (const service of ['mcp', 'default']) assert.deepEqual(urlsOf(DRAINING, service), ['http://n1:1']);
  assert.deepEqual(urlsOf(DRAINING, 'only-n2'), ['http://n2:1']);
});

test('a session comes before a cookie, that before the endpoint, and that before the longest other path', () => {
  const long = `/${'x'.repeat(200)}`;
  const { routers } = parts({
    ...DRAINING,
    routes: [
      { name: 'long', prefix: long },
      { name: 'short', prefix: '/x' },
    ],
  });
  // The sort keeps the order of equals: from the last to the first, only priorities bring the right one about.
  const order = Object.entries(routers).reverse();
  assert.deepEqual(
    order.sort(([, a], [, b]) => b.priority - a.priority).map(([name]) => name),
    ['node-n2', 'node-n1', 'draining-n2', 'mcp', 'route-long', 'route-short', 'default'],
  );
});

test('rules ask for the host, the path, the session and the cookie', () => {
  const { routers } = parts({ ...DRAINING, hosts: ['a.b', 'c.d'], cookie: { name: 'a.b+c`d' } });
  const mcp = '(Host(`a.b`) || Host(`c.d`)) && PathPrefix(`/mcp`)';
  assert.equal(routers.mcp?.rule, mcp);
  assert.equal(routers['node-n1']?.rule, `${mcp} && HeaderRegexp(\`Mcp-Session-Id\`, \`^n1\\.\`)`);
  assert.equal(
    routers['draining-n2']?.rule,
    `${mcp} && HeaderRegexp(\`Mcp-Session-Id\`, \`.\`) && HeaderRegexp(\`Cookie\`, \`(^|;)\\s*a\\.b\\+c\\x60d="?${cookieValue('http://n2:1')}"?\\s*(;|$)\`)`,
  );
  assert.equal(parts({ hosts: ['a.b'] }).routers.default?.rule, 'Host(`a.b`) && PathPrefix(`/`)');
});

test('the cookie is the endpoint’s alone, and says only what it must', () => {
  const { services } = parts();
  assert.deepEqual('loadBalancer' in services.mcp! && services.mcp.loadBalancer.sticky, {
    cookie: { name: '_mcp_backend', secure: true, httpOnly: true, sameSite: 'strict' },
  });
  const withCookie = Object.entries(services).filter(([, one]) => 'loadBalancer' in one && one.loadBalancer.sticky);
  assert.deepEqual(
    withCookie.map(([name]) => name),
    ['mcp'],
  );
});

test('pages of other origins may read the session id, and send the cookie unless anybody may come', () => {
  const cors = (change: object) => parts(change).middlewares?.cors?.headers;
  const origins = ['https://app.example.com'];
  assert.equal(cors({}), undefined);
  assert.deepEqual(cors({ cors: { origins } })?.accessControlExposeHeaders, ['Mcp-Session-Id', 'X-Mooring-Node']);
  assert.equal(cors({ cors: { origins } })?.accessControlAllowCredentials, true);
  assert.equal(cors({ cors: { origins: ['*'] } })?.accessControlAllowCredentials, undefined);
  assert.equal(cors({ cors: { origins }, affinity: 'session-id' })?.accessControlAllowCredentials, undefined);
});

test('entry points that redirect, and Traefik’s own, serve no client', () => {
  const tls = { certFile: 'c', keyFile: 'k' };
  const change = {
    entryPoints: {
      web: { address: ':80', redirectTo: 'websecure' },
      websecure: { address: ':443', tls },
      traefik: { address: ':9100' },
    },
  };
  for (const { entryPoints } of Object.values(parts(change).routers)) assert.deepEqual(entryPoints, ['websecure']);
  assert.deepEqual(dynamicOf(topology(change)).tls, { certificates: [tls] });
  const fixed = staticOf(topology(change), { dynamicFile: 'd.yml', watch: false });
  assert.deepEqual(fixed.entryPoints.web?.http, {
    redirections: { entryPoint: { to: 'websecure', scheme: 'https', permanent: true } },
  });
  assert.deepEqual(fixed.entryPoints.websecure?.http, { tls: {} });
  assert.deepEqual([fixed.ping.entryPoint, fixed.metrics?.prometheus.entryPoint], ['traefik', 'traefik']);
  assert.deepEqual(fixed.providers, { file: { filename: 'd.yml', watch: false } });
});

test('what would let a reader of the access log act as a client is not in it', () => {
  const { accessLog } = staticOf(topology(), { dynamicFile: 'd.yml' });
  assert.equal(accessLog?.fields.headers.defaultMode, 'drop');
  for (const name of ['Cookie', 'Authorization', 'Mcp-Session-Id'])
    assert.equal(accessLog?.fields.headers.names[name], 'redact');
  // The beginning of the id, which opens nothing and tells sessions apart.
  assert.equal(accessLog?.fields.headers.names['X-Mooring-Session'], 'keep');
});

test('session ids are in the access log where the topology says so, and the file says what that means', () => {
  const keeping = topology({ observe: { sessionIds: 'keep' } });
  const { accessLog } = staticOf(keeping, { dynamicFile: 'd.yml' });
  assert.equal(accessLog?.fields.headers.names['Mcp-Session-Id'], 'keep');
  const { static: text } = generateFiles(keeping, { dynamicFile: 'd.yml' });
  assert.match(text, /# .*whoever reads the log can use the sessions in it/);
});
