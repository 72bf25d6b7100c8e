import assert from 'node:assert/strict';
import test from 'node:test';
import { type Topology, topologySchema } from '../topology/topology.ts';
import { cookieValue, legacyCookieValues } from './cookie-value.ts';
import { dynamicOf } from './dynamic.ts';
import { generateFiles } from './generate-files.ts';
import { staticOf } from './static.ts';

const node = (id: string, state = 'active') => ({ id, url: `http://${id}:1`, state });
const topology = (change: object = {}): Topology =>
  topologySchema.parse({ nodes: [node('n1'), node('n2')], entryPoints: { web: { address: ':80' } }, ...change });
const parts = (change: object = {}) => dynamicOf(topology(change)).http;
/** The nodes that a service chooses from, through however many levels. */
const membersOf = (change: object, name: string): string[] => {
  const service = parts(change).services[name];
  if (service === undefined) return [];
  if ('loadBalancer' in service) return service.loadBalancer.servers.map(({ url }) => url);
  if ('failover' in service) return membersOf(change, service.failover.service);
  return service.weighted.services.flatMap(({ name: child }) => membersOf(change, child));
};

const DRAINING = { nodes: [node('n1'), node('n2', 'draining'), node('n3', 'out')] };
const BY_URL = { cookie: { of: 'url' } };
const OWN = ['only-n1', 'node-n1', 'ready-n1', 'only-n2', 'node-n2', 'ready-n2'];
const POOLS = ['alive', 'mcp-ready', 'mcp', 'default-ready', 'default'];
const HELD = ['handle-n1', 'handle-n2'];
const REST = ['mcp', 'route-graphql', 'default'];

for (const { when, change, routers, services } of [
  {
    when: 'both pins are asked for',
    change: {},
    routers: ['node-n1', 'node-n2', 'cookie-n1', 'cookie-n2', ...HELD, ...REST],
    services: [...OWN, ...POOLS],
  },
  {
    when: 'the cookie alone pins',
    change: { affinity: 'cookie' },
    routers: ['cookie-n1', 'cookie-n2', ...HELD, ...REST],
    services: [...OWN, ...POOLS],
  },
  {
    when: 'the session id alone pins',
    change: { affinity: 'session-id' },
    routers: ['node-n1', 'node-n2', ...HELD, ...REST],
    services: [...OWN, ...POOLS],
  },
  {
    when: 'handles are not to be routed',
    change: { handles: false },
    routers: ['node-n1', 'node-n2', 'cookie-n1', 'cookie-n2', ...REST],
    services: [...OWN, ...POOLS],
  },
  {
    when: 'one drains, which takes no new sessions, and one is out',
    change: DRAINING,
    routers: ['node-n1', 'node-n2', 'cookie-n1', 'cookie-n2', ...HELD, ...REST],
    services: [...OWN.slice(0, -1), ...POOLS],
  },
  {
    when: 'the cookie is that of a URL',
    change: BY_URL,
    routers: ['node-n1', 'node-n2', 'cookie-n1', 'cookie-n2', ...HELD, ...REST],
    services: [...OWN.filter((name) => !name.startsWith('ready-')), ...POOLS],
  },
  {
    when: 'nothing checks whether a node is there',
    change: { healthCheck: false },
    routers: ['node-n1', 'node-n2', 'cookie-n1', 'cookie-n2', ...HELD, ...REST],
    services: ['only-n1', 'ready-n1', 'only-n2', 'ready-n2', 'mcp', 'default'],
  },
])
  test(`the routers and services when ${when}`, () => {
    const http = parts(change);
    assert.deepEqual(Object.keys(http.routers), routers);
    assert.deepEqual(Object.keys(http.services), services);
    for (const { service } of Object.values(http.routers)) assert.ok(service in http.services);
    for (const service of Object.values(http.services)) {
      const children = 'weighted' in service ? service.weighted.services.map(({ name }) => name) : [];
      const both = 'failover' in service ? [service.failover.service, service.failover.fallback] : [];
      for (const name of [...children, ...both]) assert.ok(name in http.services, name);
    }
  });

test('the routes of a node accept ids with its tag, and with former prefixes', () => {
  const nodes = [{ ...node('n1'), tag: 'k7' }, { ...node('n2'), tag: 'p-3', formerly: ['n2', 'old'] }, node('n3')];
  const { routers, services } = parts({ nodes });
  for (const [id, prefix] of [
    ['n1', 'k7\\.'],
    ['n2', '(p-3|n2|old)\\.'],
    ['n3', 'n3\\.'],
  ] as const) {
    const ids = (rule = '') => [...rule.matchAll(/\^(?:\[a-z][^`]*:\/\/)?([^`]*\\\.)`/g)].map(([, text]) => text);
    assert.deepEqual(ids(routers[`node-${id}`]?.rule), [prefix]);
    assert.deepEqual(ids(routers[`handle-${id}`]?.rule), [prefix, prefix, prefix]);
    assert.ok(routers[`cookie-${id}`]?.rule.includes(cookieValue(`ready-${id}`)), 'the cookie is a hash of the name');
    assert.ok(`ready-${id}` in services);
  }
});

test('new sessions and everything else go to active nodes only', () => {
  for (const change of [DRAINING, { ...DRAINING, ...BY_URL }])
    for (const service of ['mcp', 'default', 'alive']) assert.deepEqual(membersOf(change, service), ['http://n1:1']);
  assert.deepEqual(membersOf(DRAINING, 'node-n2'), ['http://n2:1']);
});

test('each node has two health checks, alive and ready, and no other service has one', () => {
  const live = { path: '/alive', interval: '3s', timeout: '1s' };
  const ready = { path: '/takes', interval: '5s', timeout: '2s' };
  const { services } = parts({ healthCheck: { ...live, ready } });
  const checks = Object.entries(services).flatMap(([name, service]) =>
    'loadBalancer' in service ? [[name, service.loadBalancer.healthCheck]] : [],
  );
  assert.deepEqual(checks, [
    ['only-n1', live],
    ['ready-n1', ready],
    ['only-n2', live],
    ['ready-n2', ready],
  ]);
});

test('sessions take precedence over cookies, handles, the endpoint and the longest other path, in this order', () => {
  const long = `/${'x'.repeat(200)}`;
  const { routers } = parts({
    ...DRAINING,
    routes: [
      { name: 'long', prefix: long },
      { name: 'short', prefix: '/x' },
    ],
  });
  // The sort is stable: with the routes in reverse order only priorities give the right result.
  const order = Object.entries(routers).reverse();
  assert.deepEqual(
    order.sort(([, a], [, b]) => b.priority - a.priority).map(([name]) => name),
    [
      'node-n2',
      'node-n1',
      'cookie-n2',
      'cookie-n1',
      'handle-n2',
      'handle-n1',
      'mcp',
      'route-long',
      'route-short',
      'default',
    ],
  );
});

test('rules match host, path, session and cookie in both forms', () => {
  const { routers } = parts({ ...DRAINING, hosts: ['a.b', 'c.d'], cookie: { name: 'a.b+c`d' } });
  const mcp = '(Host(`a.b`) || Host(`c.d`)) && PathPrefix(`/mcp`)';
  assert.equal(routers.mcp?.rule, mcp);
  assert.equal(routers['node-n1']?.rule, `${mcp} && HeaderRegexp(\`Mcp-Session-Id\`, \`^n1\\.\`)`);
  const name = 'a\\.b\\+c\\x60d';
  const own = `${name}="?(${cookieValue('ready-n2')}|${cookieValue('http://n2:1')})"?\\s*(;|$)`;
  assert.equal(
    routers['cookie-n2']?.rule,
    `${mcp} && HeaderRegexp(\`Mcp-Session-Id\`, \`.\`) && HeaderRegexp(\`Cookie\`, \`(^|;)\\s*${own}\`) && !HeaderRegexp(\`Cookie\`, \`(^|;)\\s*${name}=.*;\\s*${own}\`)`,
  );
  assert.equal(parts({ hosts: ['a.b'] }).routers.default?.rule, 'Host(`a.b`) && PathPrefix(`/`)');
});

test('a handle, a task and a resource lead to the node that they name, by every header of handles', () => {
  const { routers } = parts({ handles: { headers: ['Mcp-Param-Browser', 'Mcp-Param-Handle'] } });
  const named = (header: string, start = ''): string => `HeaderRegexp(\`${header}\`, \`^${start}n1\\.\`)`;
  const task = `(HeaderRegexp(\`Mcp-Method\`, \`^tasks/(get|update|cancel)$\`) && ${named('Mcp-Name')})`;
  const resource = `(Header(\`Mcp-Method\`, \`resources/read\`) && ${named('Mcp-Name', '[a-z][a-z0-9+.-]*://')})`;
  const handles = `${named('Mcp-Param-Handle')} || ${named('Mcp-Param-Browser')}`;
  assert.equal(routers['handle-n1']?.rule, `PathPrefix(\`/mcp\`) && (${handles} || ${task} || ${resource})`);
  assert.equal(routers['handle-n1']?.service, 'node-n1');
});

test('only the service of new sessions has the cookie, with minimal settings', () => {
  const cookie = { name: '_mcp_backend', secure: true, httpOnly: true, sameSite: 'strict' };
  for (const change of [{}, BY_URL]) {
    const sticky = Object.entries(parts(change).services).flatMap(([name, service]) => {
      const one = 'failover' in service ? {} : 'weighted' in service ? service.weighted : service.loadBalancer;
      return 'sticky' in one ? [[name, one.sticky]] : [];
    });
    assert.deepEqual(sticky, [['mcp-ready', { cookie }]]);
  }
});

test('a changed URL changes no cookie of a name, and every cookie of a URL', () => {
  const moved = { nodes: [{ ...node('n1'), url: 'http://elsewhere:1' }, node('n2')] };
  const pool = (change: object) => parts(change).services['mcp-ready'];
  assert.deepEqual(pool(moved), pool({}));
  assert.notDeepEqual(pool({ ...moved, ...BY_URL }), pool(BY_URL));
});

test('pages of other origins may read the session id, and send the cookie unless any origin is allowed', () => {
  const cors = (change: object) => parts(change).middlewares?.cors?.headers;
  const origins = ['https://app.example.com'];
  assert.equal(cors({}), undefined);
  assert.deepEqual(cors({ cors: { origins } })?.accessControlExposeHeaders, ['Mcp-Session-Id', 'X-Mooring-Node']);
  assert.equal(cors({ cors: { origins } })?.accessControlAllowCredentials, true);
  assert.equal(cors({ cors: { origins: ['*'] } })?.accessControlAllowCredentials, undefined);
  assert.equal(cors({ cors: { origins }, affinity: 'session-id' })?.accessControlAllowCredentials, undefined);
});

test('what the topology says of the cookie is in the file', () => {
  const given = { name: 'a', secure: false, httpOnly: false, sameSite: 'lax', maxAge: 60, path: '/mcp', domain: 'a.b' };
  const pool = parts({ cookie: given }).services['mcp-ready'];
  assert.deepEqual(pool && 'weighted' in pool ? pool.weighted.sticky?.cookie : {}, given);
});

test('entry points that share a certificate name it once', () => {
  const tls = (name: string) => ({ certFile: `${name}.crt`, keyFile: `${name}.key` });
  const entryPoints = {
    plain: { address: ':80' },
    a: { address: ':443', tls: tls('a') },
    b: { address: ':444', tls: tls('b') },
    c: { address: ':445', tls: tls('a') },
    d: { address: ':446', tls: true },
  };
  assert.deepEqual(dynamicOf(topology({ entryPoints })).tls, { certificates: [tls('a'), tls('b')] });
  assert.equal(dynamicOf(topology()).tls, undefined);
});

test('pages may send the headers of protocol 2026-07-28, and those of handles', () => {
  const allowed = (handles: object | false) =>
    parts({ cors: { origins: ['*'] }, handles }).middlewares?.cors?.headers.accessControlAllowHeaders ?? [];
  const always = ['Mcp-Session-Id', 'Mcp-Protocol-Version', 'Mcp-Method', 'Mcp-Name'];
  const handles = ['Mcp-Param-Handle', 'Mcp-Param-A'];
  const missing = (names: readonly string[], among: readonly string[]) => names.filter((name) => !among.includes(name));
  assert.deepEqual(missing([...always, ...handles], allowed({ headers: ['Mcp-Param-A'] })), []);
  assert.deepEqual(missing([...always, ...handles], allowed(false)), handles);
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

test('without an entry point for them, ping and metrics are on the first that serves', () => {
  const placeOf = (entryPoints: object) => {
    const { ping, metrics } = staticOf(topology({ entryPoints }), { dynamicFile: 'd.yml' });
    return [ping.entryPoint, metrics?.prometheus.entryPoint];
  };
  const web = { address: ':80', redirectTo: 'b' };
  assert.deepEqual(placeOf({ web, b: { address: ':81' }, c: { address: ':82' } }), ['b', 'b']);
  assert.deepEqual(placeOf({ web }), ['web', 'web']);
});

test('an entry point has what the topology says of it', () => {
  const entryPoints = {
    a: { address: ':1', redirectTo: 'b' },
    b: { address: ':2', trustedIPs: ['10.0.0.0/8'], readTimeout: '10m' },
    c: { address: ':3', redirectTo: 'gone' },
  };
  const fixed = staticOf(topology({ entryPoints, timeouts: { grace: '7s' } }), { dynamicFile: 'd.yml' });
  const lifeCycle = { graceTimeOut: '7s' };
  const redirected = (to: string, scheme: string) => ({
    redirections: { entryPoint: { to, scheme, permanent: true } },
  });
  assert.deepEqual(fixed.entryPoints, {
    a: { address: ':1', transport: { lifeCycle }, http: redirected('b', 'http') },
    b: {
      address: ':2',
      forwardedHeaders: { trustedIPs: ['10.0.0.0/8'] },
      transport: { lifeCycle, respondingTimeouts: { readTimeout: '10m' } },
    },
    c: { address: ':3', transport: { lifeCycle }, http: redirected('gone', 'https') },
  });
  assert.equal(fixed.providers.file.watch, true);
});

test('log, metrics and access log are as the topology says', () => {
  const fixedOf = (observe: object) => staticOf(topology({ observe }), { dynamicFile: 'd.yml' });
  const { log, metrics, accessLog, global } = fixedOf({ logLevel: 'WARN', metrics: false, accessLog: false });
  assert.deepEqual([log, metrics, accessLog], [{ level: 'WARN' }, undefined, undefined]);
  assert.deepEqual(global, { checkNewVersion: false, sendAnonymousUsage: false });
  assert.equal(fixedOf({}).metrics?.prometheus.addRoutersLabels, true);
});

test('the access log contains nothing that lets a reader act as a client', () => {
  const { accessLog } = staticOf(topology(), { dynamicFile: 'd.yml' });
  assert.equal(accessLog?.fields.headers.defaultMode, 'drop');
  for (const name of ['Cookie', 'Authorization', 'Mcp-Session-Id'])
    assert.equal(accessLog?.fields.headers.names[name], 'redact');
  // The beginning of the id, which identifies a session but gives no access.
  assert.equal(accessLog?.fields.headers.names['X-Mooring-Session'], 'keep');
});

test('the access log has session ids if the topology says so, and the file warns about it', () => {
  const keeping = topology({ observe: { sessionIds: 'keep' } });
  const { accessLog } = staticOf(keeping, { dynamicFile: 'd.yml' });
  assert.equal(accessLog?.fields.headers.names['Mcp-Session-Id'], 'keep');
  const { static: text } = generateFiles(keeping, { dynamicFile: 'd.yml' });
  assert.match(text, /# .*anyone who reads the log can use its sessions/);
});

test('an older Traefik gets the keys that it knows, and routes for the cookies that it writes', () => {
  const given = { cookie: { path: '/mcp', domain: 'example.com' } };
  const keysOf = (traefik: string): string[] => {
    const pool = parts({ ...given, traefik }).services['mcp-ready'];
    const { path, domain } = pool && 'weighted' in pool ? pool.weighted.sticky!.cookie : {};
    return [path, domain].filter((value) => value !== undefined);
  };
  assert.deepEqual(['3.2', '3.3', '3.4', '3.7'].map(keysOf), [
    [],
    ['/mcp'],
    ['/mcp', 'example.com'],
    ['/mcp', 'example.com'],
  ]);
  const [, fnv] = legacyCookieValues('ready-n1');
  const routes = (traefik: string): readonly boolean[] => {
    const { rule } = parts({ traefik }).routers['cookie-n1']!;
    return [rule.includes(cookieValue('ready-n1')), rule.includes(fnv!)];
  };
  assert.deepEqual(['3.2', '3.3'].map(routes), [
    [true, true],
    [true, false],
  ]);
});
