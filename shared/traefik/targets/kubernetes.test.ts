import assert from 'node:assert/strict';
import test from 'node:test';
import { parse } from 'yaml';
import { type Topology, topologySchema } from '../../topology/topology.ts';
import { kubernetesFiles, kubernetesObjects } from './kubernetes.ts';

const node = (id: string, more: object = {}) => ({ id, url: `http://${id}:1`, ...more });
const topologyOf = (change: object = {}): Topology =>
  topologySchema.parse({
    nodes: [node('n1'), node('mooring-1'), node('n3', { state: 'out' })],
    entryPoints: { web: { address: ':80' } },
    ...change,
  });

const textOf = (change: object = {}): string => kubernetesFiles(topologyOf(change))[0]!.text;
// biome-ignore lint/suspicious/noExplicitAny: what a test reads of an object is not worth a type.
const specOf = (kind: string, name: string, change: object = {}): any =>
  kubernetesObjects(topologyOf(change)).find((one) => one.kind === kind && one.metadata.name === name)?.spec;
const podOf = (change: object = {}) => specOf('StatefulSet', 'mooring', change).template.spec;
const containerOf = (change: object = {}) => podOf(change).containers[0];
const namesOf = (kind: string, change: object = {}): readonly string[] =>
  kubernetesObjects(topologyOf(change)).flatMap((one) => (one.kind === kind ? [one.metadata.name] : []));

const TLS = { certFile: 'a.crt', keyFile: 'a.key' };
const WITH_TLS = { entryPoints: { web: { address: ':80' }, websecure: { address: ':443', tls: TLS } } };
const HOSTS = { hosts: ['a.example'] };
const REGISTRY = { registry: 'redis://r.example' };
for (const { what, says, change } of [
  { what: 'how to apply it', says: /^# Gen.*\n# kubectl apply --filename kubernetes\.yaml\n# Traefik needs its CRDs/ },
  { what: 'that nodes without hosts answer localhost only', says: /names no hosts, so nodes answer only .* localhost/ },
  { what: 'which pod is which node', says: /their stable names: mooring-0 is n1, mooring-1\.\n/ },
  { what: 'why pods are evicted one by one', says: /may evict only one pod at a time\.\n\napiVersion: policy/ },
  { what: 'why there is a middleware', says: /could not read their session id/, change: { cors: { origins: ['*'] } } },
  {
    what: 'in which order routes match',
    says: /then the endpoint, then everything else\.\n\napi.*\nkind: IngressRoute/,
  },
  {
    what: 'how to make the secret of a certificate',
    says: /# kubectl .* tls mooring-tls-2 --cert.*\n +tls:/,
    change: WITH_TLS,
  },
  { what: 'that pods do not wait for each other', says: /# They do not wait .*\n +podManagementPolicy: Parallel/ },
  { what: 'what a pod has time for', says: /# The time to drain \(30m\) and .*\n +terminationGracePeriodSeconds/ },
  { what: 'that the image is to be named', says: /# Put its name here\.\n +image:/ },
  { what: 'what a cookie is a hash of', says: /# MOORING_URL is the URL that Traefik builds .* hash of that\.\n/ },
  {
    what: 'what the keys of states are for',
    says: /# MOORING_REQUEST_STATE_KEYS: seals the state that clients carry .*\n/,
  },
  {
    what: 'how to make the secret of Redis',
    says: /create secret generic mooring .* --from-literal=redis-url=redis:\/\/HOST:6379\n +env:/,
  },
  { what: 'what it means not to be ready', says: /# A pod that is not ready gets no new .*\n +readinessProbe:/ },
  { what: 'when a pod is restarted', says: /# A restart ends every session of the pod: .*\n +livenessProbe:/ },
  { what: 'when a pod ends', says: /# A terminating pod takes no new sessions, .*\n +lifecycle:/ },
  { what: 'what the pool is', says: /\n# Every pod that is ready\.\n\n(.*\n){3} {2}name: mooring\n/ },
  {
    what: 'what the headless service is for',
    says: /\n# Gives the pods their host names\.\n\n(.*\n){3} {2}name: mooring-pods\n/,
  },
  {
    what: 'what a service of one pod is for',
    says: /\n# One pod, for its sessions, .*\n\n(.*\n){3} {2}name: mooring-0\n/,
  },
  {
    what: 'that it has the pod also while that is full',
    says: /# Also while full .*\n +publishNotReadyAddresses: true/,
  },
  {
    what: 'whom the cookie pins',
    says: /\n# New sessions, and clients pinned by the cookie, .*\n# get.*\n\n(.*\n){3} {2}name: mcp\n/,
  },
  {
    what: 'that no cookie pins',
    says: /\n# New sessions: round robin over the ready/,
    change: { affinity: 'session-id' },
  },
  { what: 'what happens when a pod is gone', says: /\n# One pod\. When it is gone, another one answers 404/ },
  { what: 'why it goes by the address of the service', says: /# nativeLB: .*\n +service:/ },
  { what: 'why it fails over by status', says: /# Health checks exist only .*\n +errors:/ },
])
  test(`kubernetes.yaml says ${what}`, () => assert.match(textOf(change), says));

test('kubernetes.yaml leaves out what does not concern its topology', () => {
  assert.doesNotMatch(textOf(HOSTS), /names no hosts/);
  assert.doesNotMatch(textOf(REGISTRY), /redis-url/);
  assert.doesNotMatch(textOf({ entryPoints: { web: { address: ':80', tls: true } } }), /create secret tls/);
});

test('what is said of one object is not repeated at the next of its kind', () => {
  const text = textOf();
  for (const once of [/One pod, for its sessions/g, /One pod\. When it is gone/g, /Also while full/g, /nativeLB: by/g])
    assert.equal([...text.matchAll(once)].length, 1, `${once}`);
  assert.match(text, /---\n# mooring-1\n/);
});

test('the settings for Traefik say why it keeps routes of pods that are not there', () => {
  const [, { path, text }] = kubernetesFiles(topologyOf()) as [unknown, { path: string; text: string }];
  assert.equal(path, 'kubernetes/traefik.yml');
  assert.match(text, /# allowEmptyServices: while no pod is ready, clients get 503\..*\n# would get 404.*\nproviders:/);
  assert.deepEqual(parse(text).providers, { kubernetesCRD: { namespaces: ['mooring'], allowEmptyServices: true } });
});

test('a pod is ended when the time to drain and the time for running calls are over', () => {
  assert.equal(podOf({ timeouts: { drain: '90.5s' } }).terminationGracePeriodSeconds, 91 + 20 + 10);
});

test('a pod takes new sessions while it says so, and clients that only a cookie pins while it is alive', () => {
  const probeOf = (change?: object) => containerOf(change).readinessProbe;
  assert.deepEqual(probeOf(), { httpGet: { path: '/readyz', port: 'http' }, periodSeconds: 2, failureThreshold: 2 });
  assert.equal(probeOf({ affinity: 'cookie' }).httpGet.path, '/healthz');
});

test('a pod has a minute to start, and is restarted when it did not answer for a minute', () => {
  const { startupProbe, livenessProbe } = containerOf();
  for (const { httpGet, periodSeconds, failureThreshold } of [startupProbe, livenessProbe]) {
    assert.deepEqual(httpGet, { path: '/healthz', port: 'http' });
    assert.equal(periodSeconds * failureThreshold, 60);
  }
});

test('a node in a pod is told its name, its address, and what the topology says', () => {
  const change = { ...HOSTS, ...REGISTRY, cors: { origins: ['https://a', '*', 'https://b'] }, cookie: { name: 'a$b' } };
  const secretOf = (key: object) => ({ valueFrom: { secretKeyRef: { name: 'mooring', ...key } } });
  const fieldOf = (fieldPath: string) => ({ valueFrom: { fieldRef: { fieldPath } } });
  assert.deepEqual(containerOf(change).env, [
    { name: 'MOORING_NAME', ...fieldOf('metadata.name') },
    { name: 'POD_IP', ...fieldOf('status.podIP') },
    { name: 'MOORING_HOST', value: '0.0.0.0' },
    { name: 'MOORING_PORT', value: '8080' },
    { name: 'MOORING_URL', value: 'http://$(POD_IP):8080' },
    { name: 'REDIS_URL', value: 'redis://r.example' },
    { name: 'MOORING_PUBLIC_HOSTS', value: 'a.example' },
    { name: 'MOORING_ORIGINS', value: 'https://a,https://b' },
    // Kubernetes reads $$ as one.
    { name: 'MOORING_COOKIE', value: 'a$$b' },
    { name: 'MOORING_GRACE_SECONDS', value: '20' },
    { name: 'MOORING_REQUEST_STATE_KEYS', ...secretOf({ key: 'request-state-keys', optional: true }) },
  ]);
  const { env } = containerOf() as { env: readonly { readonly name: string }[] };
  assert.deepEqual(env[5], { name: 'REDIS_URL', ...secretOf({ key: 'redis-url' }) });
  assert.ok(env.every(({ name }) => name !== 'MOORING_PUBLIC_HOSTS' && name !== 'MOORING_ORIGINS'));
});

test('a pod runs without privileges', () => {
  assert.deepEqual(podOf().securityContext, { runAsNonRoot: true, runAsUser: 1000 });
  assert.deepEqual(containerOf().securityContext, {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
  });
});

test('the services and the budget are those of the pods', () => {
  const labels = { 'app.kubernetes.io/name': 'mooring' };
  const ports = [{ name: 'http', port: 8080, targetPort: 'http' }];
  const set = specOf('StatefulSet', 'mooring');
  assert.deepEqual([set.selector, set.template.metadata], [{ matchLabels: labels }, { labels }]);
  assert.equal(set.serviceName, 'mooring-pods');
  assert.deepEqual(containerOf().ports, [{ name: 'http', containerPort: 8080 }]);
  assert.deepEqual(specOf('Service', 'mooring'), { selector: labels, ports });
  assert.deepEqual(specOf('Service', 'mooring-pods'), { clusterIP: 'None', selector: labels, ports });
  assert.deepEqual(specOf('Service', 'mooring-1'), {
    selector: { 'statefulset.kubernetes.io/pod-name': 'mooring-1' },
    publishNotReadyAddresses: true,
    ports,
  });
  assert.deepEqual(specOf('PodDisruptionBudget', 'mooring'), {
    maxUnavailable: 1,
    selector: { matchLabels: labels },
  });
});

test('all objects are in one namespace, and Traefik’s are of its own version', () => {
  for (const { kind, metadata, apiVersion } of kubernetesObjects(topologyOf())) {
    assert.equal(metadata.namespace ?? metadata.name, 'mooring', kind);
    const isTraefiks = ['IngressRoute', 'Middleware', 'TraefikService'].includes(kind);
    assert.equal(apiVersion === 'traefik.io/v1alpha1', isTraefiks, kind);
  }
});

test('the route of a pod falls back to the pool when the pod does not answer', () => {
  assert.deepEqual(specOf('TraefikService', 'mooring-1'), {
    failover: {
      service: { name: 'mooring-1', port: 'http', nativeLB: true },
      fallback: { kind: 'TraefikService', name: 'mcp' },
      errors: { status: ['502-504'] },
    },
  });
  assert.deepEqual(Object.keys(specOf('TraefikService', 'mcp').weighted.services[0]), ['name', 'port', 'sticky']);
});

test('a pod has services of its own only where a request can name it', () => {
  const own = (change: object) => namesOf('TraefikService', change);
  assert.deepEqual(own({}), ['mcp', 'mooring-0', 'mooring-1']);
  assert.deepEqual(own({ affinity: 'cookie' }), ['mcp', 'mooring-0', 'mooring-1']);
  assert.deepEqual(own({ handles: false }), ['mcp', 'mooring-0', 'mooring-1']);
  assert.deepEqual(own({ affinity: 'cookie', handles: false }), ['mcp']);
});

type Routed = {
  readonly kind: string;
  readonly priority: number;
  readonly middlewares: unknown;
  readonly services: readonly unknown[];
};

test('the routes are those of ids, handles, the endpoint and everything else, also without health checks', () => {
  for (const healthCheck of [{}, false]) {
    const { routes } = specOf('IngressRoute', 'mooring', { healthCheck, cors: { origins: ['*'] } });
    assert.deepEqual(
      routes.map((route: Routed) => [route.kind, route.priority, route.middlewares, route.services[0]]),
      [
        [3000, { kind: 'TraefikService', name: 'mooring-0' }],
        [3000, { kind: 'TraefikService', name: 'mooring-1' }],
        [1900, { kind: 'TraefikService', name: 'mooring-0' }],
        [1900, { kind: 'TraefikService', name: 'mooring-1' }],
        [1000, { kind: 'TraefikService', name: 'mcp' }],
        [8, { name: 'mooring', port: 'http' }],
        [1, { name: 'mooring', port: 'http' }],
      ].map(([priority, to]) => ['Rule', priority, [{ name: 'cors' }], to]),
    );
    assert.match(routes[0].match, /Mcp-Session-Id.*\^mooring-0/);
  }
});

test('entry points with another certificate, or with none, have a route of their own', () => {
  const entryPoints = {
    web: { address: ':80' },
    a: { address: ':443', tls: TLS },
    b: { address: ':444', tls: { ...TLS, certFile: 'b.crt' } },
    c: { address: ':445', tls: true },
    d: { address: ':446', tls: TLS },
  };
  const routes = namesOf('IngressRoute', { entryPoints }).map((name) => {
    const { entryPoints: of, tls } = specOf('IngressRoute', name, { entryPoints });
    return [name, of, tls];
  });
  assert.deepEqual(routes, [
    ['mooring', ['web'], undefined],
    ['mooring-2', ['a', 'd'], { secretName: 'mooring-tls-2' }],
    ['mooring-3', ['b'], { secretName: 'mooring-tls-3' }],
    ['mooring-4', ['c'], {}],
  ]);
});

test('for each certificate it is said how to make its secret', () => {
  const entryPoints = {
    a: { address: ':443', tls: TLS },
    b: { address: ':444', tls: { ...TLS, certFile: 'b.crt' } },
  };
  const secrets = [
    ...textOf({ entryPoints }).matchAll(/# kubectl .* create secret tls (\S+) .*\n {2}tls:\n {4}secretName: (.*)/g),
  ];
  assert.deepEqual(
    secrets.map(([, made, named]) => [made, named]),
    [
      ['mooring-tls', 'mooring-tls'],
      ['mooring-tls-2', 'mooring-tls-2'],
    ],
  );
});
