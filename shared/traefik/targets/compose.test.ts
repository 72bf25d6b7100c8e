import assert from 'node:assert/strict';
import test from 'node:test';
import { parse } from 'yaml';
import { topologySchema } from '../../topology/topology.ts';
import { composeFiles } from './compose.ts';
import { labelsFiles } from './labels.ts';

const topologyOf = (change: object = {}) =>
  topologySchema.parse({
    nodes: [
      { id: 'n1', url: 'http://n1.internal:1' },
      { id: 'n2', url: 'http://n2:2' },
    ],
    entryPoints: { web: { address: ':80' } },
    ...change,
  });
const textsOf = (change: object = {}, filesOf = composeFiles): Readonly<Record<string, string>> =>
  Object.fromEntries(filesOf(topologyOf(change)).map(({ path, text }) => [path, text]));
const composeText = (change?: object): string => textsOf(change)['compose.yaml']!;
const composeOf = (change?: object) => parse(composeText(change));
const labelsText = (change?: object): string => textsOf(change, labelsFiles)['compose.labels.yaml']!;

const REGISTRY = { registry: 'redis://r.example' };

for (const [name, textOf] of [
  ['compose', composeText],
  ['labels', labelsText],
] as const)
  test(`${name}: Redis is among the containers where the topology names none that they reach`, () => {
    const { services, volumes } = parse(textOf());
    assert.deepEqual(services.redis, {
      image: 'valkey/valkey:8-alpine',
      restart: 'unless-stopped',
      command: ['valkey-server', '--appendonly', 'yes'],
      volumes: ['redis:/data'],
      healthcheck: { test: ['CMD', 'valkey-cli', 'ping'], interval: '5s', timeout: '3s', retries: 3 },
    });
    assert.deepEqual(volumes, { redis: {} });
    assert.deepEqual(services.n2.depends_on, { redis: { condition: 'service_healthy' } });
    assert.match(textOf(), /# The session registry: .*\n +redis:/);
    const elsewhere = parse(textOf(REGISTRY));
    assert.deepEqual(Object.keys(elsewhere.services), ['traefik', 'n1', 'n2']);
    assert.deepEqual([elsewhere.volumes, elsewhere.services.n1.depends_on], [undefined, undefined]);
  });

for (const [registry, reached] of [
  ['redis://localhost:1', 'redis://redis:6379'],
  ['redis://127.1.2.3:1', 'redis://redis:6379'],
  ['redis://[::1]:1', 'redis://redis:6379'],
  ['redis://localhost.example:1', 'redis://localhost.example:1'],
  ['redis+cluster://127.0.0.1:1,127.0.0.1:2', 'redis+cluster://127.0.0.1:1,127.0.0.1:2'],
] as const)
  test(`for a registry at ${registry} the nodes use ${reached}`, () =>
    assert.equal(composeOf({ registry }).services.n1.environment.REDIS_URL, reached));

test('the ports are those of the entry points, Traefik’s own only on this machine', () => {
  const entryPoints = {
    web: { address: ':80' },
    here: { address: '127.0.0.1:81' },
    six: { address: '[::1]:82' },
    named: { address: 'a.example:83' },
    traefik: { address: ':9100' },
  };
  const { ports } = composeOf({ entryPoints }).services.traefik;
  assert.deepEqual(ports, [
    { target: 80, published: 80 },
    { target: 81, published: 81, host_ip: '127.0.0.1' },
    { target: 82, published: 82, host_ip: '::1' },
    { target: 83, published: 83 },
    { target: 9100, published: 9100, host_ip: '127.0.0.1' },
  ]);
  const inside = parse(textsOf({ entryPoints })['compose/traefik.yml']!).entryPoints;
  assert.deepEqual(
    Object.values(inside).map((one) => (one as { readonly address: string }).address),
    [':80', ':81', ':82', ':83', ':9100'],
  );
});

test('Traefik sees the folders of certificates, each once, unless they are below its own', () => {
  const tls = (certFile: string, keyFile: string) => ({ address: ':443', tls: { certFile, keyFile } });
  const entryPoints = {
    a: tls('/etc/traefik/a.crt', '/etc/traefik/keys/a.key'),
    b: tls('/srv/b.crt', '/srv/b.key'),
    c: tls('c.crt', '/etc/traefik-keys/c.key'),
    d: { address: ':444', tls: true },
  };
  assert.deepEqual(composeOf({ entryPoints }).services.traefik.volumes, [
    './compose:/etc/traefik:ro',
    '/srv:/srv:ro',
    '/etc/traefik-keys:/etc/traefik-keys:ro',
  ]);
});

test('a container is not ended before Traefik has finished', () => {
  assert.equal(composeOf({ timeouts: { grace: '1.5s' } }).services.traefik.stop_grace_period, '7s');
});

test('a node has the host name of its URL beside its own', () => {
  const { n1, n2 } = composeOf().services;
  assert.deepEqual([n1.hostname, n1.networks], ['n1', { default: { aliases: ['n1.internal'] } }]);
  assert.deepEqual([n2.hostname, n2.networks], ['n2', undefined]);
  assert.match(n1.healthcheck.test.at(-1), /^fetch\('http:\/\/127\.0\.0\.1:1\/healthz'\)/);
});

test('nodes that share a host name have their own, and none has that of another', () => {
  const nodes = ['N_1', 'node-1', 'node-1-x'].map((id, i) => ({ id, url: `http://same:${i}1` }));
  const { services } = composeOf({ nodes });
  assert.deepEqual(Object.keys(services).slice(1, -1), ['node-1-x-x', 'node-1', 'node-1-x']);
  assert.equal(services['node-1'].environment.MOORING_URL, 'http://node-1:8080');
});

test('a URL without a port is served on the port of its scheme, and a name of another container gives way', () => {
  const nodes = [
    { id: 'n1', url: 'http://a.internal' },
    { id: 'n2', url: 'http://n1:1' },
  ];
  const { n1, n2 } = composeOf({ nodes }).services;
  assert.deepEqual([n1.environment.MOORING_PORT, n1.environment.MOORING_URL], ['80', 'http://a.internal']);
  assert.deepEqual([n2.environment.MOORING_PORT, n2.environment.MOORING_URL], ['8080', 'http://n2:8080']);
});

test('nodes are told hosts, origins and cookie of the topology, with a dollar as compose reads it', () => {
  const { environment } = composeOf({
    hosts: ['a.example', 'b.example'],
    cors: { origins: ['https://a', '*', 'https://b'] },
    cookie: { name: 'a$b' },
  }).services.n2;
  assert.equal(environment.MOORING_PUBLIC_HOSTS, 'a.example,b.example');
  assert.equal(environment.MOORING_ORIGINS, 'https://a,https://b');
  assert.equal(environment.MOORING_COOKIE, 'a$$b');
  const none = composeOf().services.n2.environment;
  assert.deepEqual([none.MOORING_PUBLIC_HOSTS, none.MOORING_ORIGINS], [undefined, undefined]);
});

test('what the nodes still need is said where they are told the rest', () => {
  assert.match(composeText(), /# The topology names no hosts, .* only requests for localhost.*\n +environment:/);
  const relaying = composeText({ hosts: ['a.example'], misroute: 'relay', relaySecretFile: 's' });
  assert.match(relaying, /# misroute: relay also needs .*\n.*\n +environment:/);
  assert.doesNotMatch(relaying, /names no hosts/);
  assert.doesNotMatch(composeText({ hosts: ['a.example'] }), /#.*\n +environment:/);
});

test('labels: without health checks a route leads to its service itself', () => {
  const { labels } = parse(labelsText({ healthCheck: false })).services.n1;
  const serviceOf = (name: string) => labels[`traefik.http.routers.${name}.service`];
  assert.deepEqual(['node-n1', 'mcp', 'default'].map(serviceOf), ['only-n1', 'mcp', 'default']);
  const checked = parse(labelsText()).services.n1.labels;
  assert.equal(checked['traefik.http.routers.default.service'], 'alive');
});

test('labels: where the cookie alone pins, nothing is said of ids', () => {
  assert.doesNotMatch(labelsText({ affinity: 'cookie' }), /# A session id begins with/);
});

test('labels: a container is enabled, and its lists are in one label', () => {
  const origins = ['https://a', 'https://b'];
  const { labels } = parse(labelsText({ cors: { origins } })).services.n1;
  assert.equal(labels['traefik.enable'], 'true');
  assert.equal(labels['traefik.http.middlewares.cors.headers.accessControlAllowOriginList'], 'https://a,https://b');
  assert.equal(labels['traefik.http.routers.mcp.rule'], 'PathPrefix(`/mcp`)');
  assert.equal(labels['traefik.http.services.mcp-ready.loadBalancer.server.url'], 'http://n1.internal:1');
});

const CERTIFICATE = { entryPoints: { web: { address: ':443', tls: { certFile: 'a.crt', keyFile: 'a.key' } } } };

test('labels: certificates are in a file of their own, because labels have none', () => {
  const plain = textsOf({}, labelsFiles);
  assert.deepEqual(Object.keys(plain), ['compose.labels.yaml', 'labels/traefik.yml']);
  const files = textsOf(CERTIFICATE, labelsFiles);
  assert.deepEqual(Object.keys(files), ['compose.labels.yaml', 'labels/traefik.yml', 'labels/tls.yml']);
  assert.match(files['labels/tls.yml']!, /^# Generated by .*\n\n# Labels cannot name certificates\.\ntls:/);
  assert.deepEqual(parse(files['labels/tls.yml']!), {
    tls: { certificates: [{ certFile: 'a.crt', keyFile: 'a.key' }] },
  });
  const providersOf = (text: string | undefined) => parse(text!).providers;
  const docker = { exposedByDefault: false };
  assert.deepEqual(providersOf(plain['labels/traefik.yml']), { docker });
  assert.deepEqual(providersOf(files['labels/traefik.yml']), {
    docker,
    file: { filename: '/etc/traefik/tls.yml', watch: true },
  });
});

test('labels: Traefik sees the labels by Docker’s socket, and what that means is said', () => {
  const files = textsOf({}, labelsFiles);
  assert.deepEqual(parse(labelsText()).services.traefik.volumes, [
    './labels:/etc/traefik:ro',
    '/var/run/docker.sock:/var/run/docker.sock:ro',
  ]);
  assert.match(files['labels/traefik.yml']!, /# Access to this socket means full control of Docker.*\nproviders:/);
});

for (const [what, says] of [
  [
    'what labels cannot express',
    /^# Generated.*\n#\n# Labels can express less than files \(prefer compose\.yaml\):\n# - No /,
  ],
  ['how to start it', /\n# docker compose --file compose\.labels\.yaml up --build --detach\n/],
  ['that shared routes must be equal', /# The shared routes are the same on every node: .*\n +labels:/],
  ['that a session needs no cookie', /# A session id begins with its .*\n +traefik\.http\.routers\.node-n1\.rule:/],
] as const)
  test(`labels: it is said ${what}`, () => assert.match(labelsText(), says));
