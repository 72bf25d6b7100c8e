import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { type TestContext } from 'node:test';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { parse, parseAllDocuments, stringify } from 'yaml';
import { readDynamic } from '../../../router/traefik/config/dynamic/read-dynamic.ts';
import { arbitraryTopology } from '../../topology/test-topologies.ts';
import { type Topology, topologySchema } from '../../topology/topology.ts';
import { dynamicOf, type TraefikDynamic } from '../dynamic.ts';
import { fileObjects } from '../generate-files.ts';
import { TRAEFIK_VERSION } from '../minors.ts';
import { PARTS } from '../parts.ts';
import { composeFiles } from './compose.ts';
import { containedOf } from './containers.ts';
import { kubernetesFiles } from './kubernetes.ts';
import { labelsFiles, labelsOf } from './labels.ts';
import { oneCase, withOneCase } from './one-case.ts';
import { redisFiles, routesPlace } from './redis.ts';
import { keysOf, keysOfNode } from './redis-keys.ts';
import { withServers } from './with-servers.ts';

/** Works for every target. */
const newestTraefik = arbitraryTopology.map((topology): Topology => ({ ...topology, traefik: '3.7' }));

const RANDOM = { numRuns: 60, seed: 12 };
const TARGETS = { compose: composeFiles, labels: labelsFiles, kubernetes: kubernetesFiles, redis: redisFiles };

type Schema = { [key: string]: unknown };

/** An unknown key is our mistake, although Kubernetes would drop it silently. */
const closed = (schema: unknown): unknown => {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
  return 'properties' in schema && !('additionalProperties' in schema)
    ? { ...inner, additionalProperties: false }
    : inner;
};

const schemaOf = (name: string, change: (schema: unknown) => unknown = (schema) => schema) => {
  const text = readFileSync(new URL(`./schemas/${name}.json`, import.meta.url), 'utf8');
  return new Ajv({ strict: false, allErrors: true, validateFormats: false }).compile(
    change(JSON.parse(text)) as Schema,
  );
};

const textOf = (files: readonly { readonly path: string; readonly text: string }[], path: string): string =>
  files.find((file) => file.path === path)!.text;

for (const [name, filesOf] of Object.entries(TARGETS))
  test(`${name}: any topology gives the same text every time, and every YAML file can be read`, () => {
    fc.assert(
      fc.property(newestTraefik, (topology) => {
        const files = filesOf(topology);
        assert.deepEqual(files, filesOf(structuredClone(topology)));
        assert.equal(new Set(files.map(({ path }) => path)).size, files.length);
        for (const { path, text } of files) {
          assert.equal(text.includes('\u0000'), false);
          assert.doesNotMatch(text, /undefined|\[object|NaN/, path);
          if (/\.ya?ml$/.test(path))
            for (const document of parseAllDocuments(text))
              assert.deepEqual([document.errors, document.warnings], [[], []]);
        }
      }),
      RANDOM,
    );
  });

/** In the specification since 2022; this version of the schema is a little older. */
const withName = (schema: unknown): unknown => {
  const { properties, ...rest } = schema as { readonly properties: object };
  return { ...rest, properties: { ...properties, name: { type: 'string' } } };
};

type ComposeService = {
  readonly environment?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly hostname?: string;
  readonly networks?: { readonly default: { readonly aliases: readonly string[] } };
};
type Compose = { readonly services: Readonly<Record<string, ComposeService>> };

/** As compose reads it: `$$` is a dollar, and a single one would start a variable. */
const composeOf = (files: ReturnType<typeof composeFiles>, path: string): Compose => {
  const text = JSON.stringify(parse(textOf(files, path)));
  assert.doesNotMatch(text.replaceAll('$$', ''), /\$(?!\{(MOORING_SOURCE|MOORING_REQUEST_STATE_KEYS|REDIS_URL):)/);
  return JSON.parse(text.replaceAll('$$', '$')) as Compose;
};

test('compose files are valid, and every node URL leads to the container that uses it', () => {
  const validate = schemaOf('compose', withName);
  fc.assert(
    fc.property(newestTraefik, (topology) => {
      const present = topology.nodes.filter(({ state }) => state !== 'out');
      for (const [files, path] of [
        [composeFiles(topology), 'compose.yaml'],
        [labelsFiles(topology), 'compose.labels.yaml'],
      ] as const) {
        validate(parse(textOf(files, path)));
        assert.deepEqual(validate.errors, null);
        const nodes = Object.values(composeOf(files, path).services).filter(({ environment }) => environment);
        assert.deepEqual(
          nodes.map(({ environment }) => environment?.MOORING_NAME),
          present.map(({ id }) => id),
        );
        const hosts = nodes.flatMap(({ hostname, networks }) => [hostname, ...(networks?.default.aliases ?? [])]);
        assert.equal(new Set(hosts).size, hosts.length);
        for (const { environment, hostname, networks } of nodes) {
          const { hostname: host, port } = new URL(environment!.MOORING_URL!);
          assert.ok([hostname, ...(networks?.default.aliases ?? [])].includes(host));
          assert.equal(environment!.MOORING_PORT, port || '80');
          assert.equal(environment!.MOORING_COOKIE, topology.cookie.name);
        }
      }
    }),
    RANDOM,
  );
});

test('the router reads the dynamic file beside compose, with the containers’ URLs', () => {
  fc.assert(
    fc.property(newestTraefik, (topology) => {
      const text = textOf(composeFiles(topology), 'compose/dynamic.yml');
      assert.deepEqual(readDynamic([{ file: 'dynamic.yml', text }]).problems, []);
      const { dynamic } = fileObjects(containedOf(topology).topology, { dynamicFile: '' });
      assert.deepEqual(parse(text), dynamic);
    }),
    RANDOM,
  );
});

type Tree = { [key: string]: Tree | string };

/** Merges the labels of all containers, like Traefik's Docker provider. */
const dynamicOfLabels = (containers: readonly Readonly<Record<string, string>>[]): Tree => {
  const root: Tree = {};
  const servers = new Map<string, string[]>();
  for (const labels of containers)
    for (const [label, value] of Object.entries(labels)) {
      const server = /services\.([^.]+)\.loadBalancer\.server\.url$/.exec(label)?.[1];
      if (server !== undefined) servers.set(server, [...(servers.get(server) ?? []), value]);
      else if (label !== 'traefik.enable') put(root, label.split('.').slice(1), value);
    }
  for (const [name, urls] of servers) put(root, ['http', 'services', name, 'loadBalancer', 'servers'], urls.join(','));
  return root;
};

const put = (tree: Tree, [key, ...rest]: readonly string[], value: string): void => {
  if (rest.length > 0) {
    tree[key!] ??= {};
    return put(tree[key!] as Tree, rest, value);
  }
  assert.ok(tree[key!] === undefined || tree[key!] === value, `two containers disagree on ${key}`);
  tree[key!] = value;
};

const asLabelsSay = ({ http }: TraefikDynamic, active: boolean): Tree => {
  const flat = (value: unknown): Tree | string => {
    if (Array.isArray(value)) return value.map((one) => (typeof one === 'object' ? one.url : one)).join(',');
    if (typeof value !== 'object' || value === null) return String(value);
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, flat(one)]));
  };
  const routers = Object.entries(http.routers).map(([name, router]) => {
    const to = http.services[router.service]!;
    if (!('failover' in to)) return [name, router] as const;
    return [
      name,
      { ...router, service: to.failover[router.service === PARTS.default ? 'fallback' : 'service'] },
    ] as const;
  });
  const named = routers.map(([, { service }]) => service);
  const services = Object.entries(http.services).filter(
    ([name]) => named.includes(name) && (active || name.startsWith('only-')),
  );
  return flat({
    http: { ...http, routers: Object.fromEntries(routers), services: Object.fromEntries(services) },
  }) as Tree;
};

test('the labels of all containers together are the configuration, except failover and certificates', () => {
  fc.assert(
    fc.property(newestTraefik, (given) => {
      const { topology } = containedOf(given);
      if (topology.nodes.length === 0) return;
      const active = topology.nodes.some(({ state }) => state === 'active');
      const labels = topology.nodes.map((node) => labelsOf(node, topology));
      assert.deepEqual(dynamicOfLabels(labels), asLabelsSay(withOneCase(dynamicOf(withServers(topology))), active));
      const services = Object.values(composeOf(labelsFiles(given), 'compose.labels.yaml').services);
      assert.deepEqual(
        services.map((service) => service.labels).filter((one) => one !== undefined),
        labels,
      );
    }),
    RANDOM,
  );
});

test('the keys of all nodes together are the configuration, in any order', () => {
  const withoutIndex = (key: string): string => key.replace(/\/servers\/\d+\//, '/servers/');
  const sorted = (keys: Iterable<readonly [string, string]>): string[] =>
    [...new Set([...keys].map(([key, value]) => `${withoutIndex(key)} ${value}`))]
      .filter((line) => !line.includes('/passHostHeader ') && !line.startsWith('traefik/tls/'))
      .sort();
  fc.assert(
    fc.property(newestTraefik, (topology) => {
      const alone = topology.nodes.map((node) => keysOfNode(node, topology));
      const all = alone.flatMap(({ own, shared }) => [...own, ...shared]);
      assert.deepEqual(sorted(all), sorted(keysOf(topology)));
      const own = alone.flatMap(({ own: keys }) => [...keys.keys()]);
      assert.equal(new Set(own).size, own.length);
      assert.equal(new Set(own.map((key) => key.toLowerCase())).size, own.length);
    }),
    RANDOM,
  );
});

test('names that differ only in case stay distinct, and others are unchanged', () => {
  assert.deepEqual(['node-n1', 'node-N1', 'node-nN'].map(oneCase), ['node-n1', 'node-N1~5', 'node-nN~6']);
});

type Referring = {
  readonly kind?: string;
  readonly name: string;
  readonly port?: string;
  readonly secretName?: string;
};
type KubernetesObject = {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec?: { readonly [key: string]: unknown };
};

/** Every reference to another object. */
const referencesIn = (value: unknown, at = ''): { readonly at: string; readonly to: Referring }[] => {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((one) => referencesIn(one, at));
  const inner = Object.entries(value).flatMap(([key, one]) => referencesIn(one, key));
  return ['services', 'service', 'fallback', 'middlewares'].includes(at) && 'name' in value
    ? [{ at, to: value as Referring }, ...inner]
    : inner;
};

test('Kubernetes objects match the resource definitions, and every reference exists', () => {
  const validators = new Map(
    ['IngressRoute', 'TraefikService', 'Middleware'].map((kind) => [kind, schemaOf(`${kind.toLowerCase()}s`, closed)]),
  );
  fc.assert(
    fc.property(newestTraefik, (topology) => {
      const text = textOf(kubernetesFiles(topology), 'kubernetes.yaml');
      const objects = parseAllDocuments(text).map((document) => document.toJS() as KubernetesObject);
      const names = new Set(objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`));
      assert.equal(names.size, objects.length);
      for (const object of objects) {
        const validate = validators.get(object.kind);
        validate?.(object);
        assert.deepEqual(validate?.errors ?? null, null, stringify(object));
        if (validate === undefined) continue;
        for (const { at, to } of referencesIn(object.spec)) {
          const kind = at === 'middlewares' ? 'Middleware' : (to.kind ?? 'Service');
          assert.ok(names.has(`${kind} ${to.name}`), `${kind} ${to.name}`);
          assert.equal(to.port, kind === 'Service' ? 'http' : undefined);
        }
      }
      const sets = objects.filter(({ kind }) => kind === 'StatefulSet');
      assert.deepEqual(
        sets.map(({ spec }) => spec?.replicas),
        [topology.nodes.findLastIndex(({ state }) => state !== 'out') + 1],
      );
    }),
    RANDOM,
  );
});

const topologyOf = (change: object = {}): Topology =>
  topologySchema.parse({
    nodes: [{ id: 'n1', url: 'http://n1.internal:8080' }],
    entryPoints: { web: { address: '127.0.0.1:80' }, websecure: { address: ':443', tls: true } },
    ...change,
  });

for (const { when, node, url } of [
  { when: 'a name of its own stays', node: { id: 'a', url: 'http://a.internal' }, url: 'http://a.internal' },
  { when: 'an address gives way', node: { id: 'a', url: 'http://10.0.0.1:1' }, url: 'http://a:8080' },
  { when: 'IPv6 gives way', node: { id: 'a', url: 'http://[::1]:1' }, url: 'http://a:8080' },
  { when: 'this machine gives way', node: { id: 'a', url: 'http://localhost:1' }, url: 'http://a:8080' },
  { when: 'HTTPS gives way', node: { id: 'a', url: 'https://a.internal' }, url: 'http://a:8080' },
  { when: 'a name that another service has gives way', node: { id: 'a', url: 'http://redis:1' }, url: 'http://a:8080' },
  {
    when: 'an id that is no host name gives way',
    node: { id: 'A_', url: 'http://[::1]:1' },
    url: 'http://node-1:8080',
  },
  { when: 'an id that another service has', node: { id: 'redis', url: 'http://[::1]' }, url: 'http://node-1:8080' },
])
  test(`the URL inside containers: ${when}`, () => {
    const { topology } = containedOf(topologyOf({ nodes: [node] }));
    assert.equal(topology.nodes[0]?.url, url);
  });

for (const [name, file] of [
  ['compose', 'compose.yaml'],
  ['labels', 'compose.labels.yaml'],
  ['kubernetes', 'kubernetes.yaml'],
] as const)
  test(`${name}: next to the nodes' image it says that it runs an example, and where your server goes`, () => {
    assert.match(
      textOf(TARGETS[name](topologyOf({})), file),
      /# .*an example.*\n +# .*FROM mooring-node[^#]*(#.*\n +)*image: mooring-node\n/,
    );
  });

for (const { registry, compose, kubernetes } of [
  { registry: undefined, compose: 'redis://redis:6379', kubernetes: undefined },
  { registry: 'redis://127.0.0.1:7000', compose: 'redis://redis:6379', kubernetes: undefined },
  { registry: 'redis://r.example', compose: 'redis://r.example', kubernetes: 'redis://r.example' },
  {
    registry: 'redis://me:secret@r.example',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: compose's syntax for a variable.
    compose: '${REDIS_URL:?where the registry is}',
    kubernetes: undefined,
  },
])
  test(`the nodes get the registry ${registry}, and no password is written`, () => {
    const topology = topologyOf(registry === undefined ? {} : { registry });
    const files = [...composeFiles(topology), ...kubernetesFiles(topology)];
    const { services } = parse(textOf(files, 'compose.yaml')) as Compose;
    assert.equal(services.n1?.environment?.REDIS_URL, compose);
    assert.equal('redis' in services, compose === 'redis://redis:6379');
    const told = /name: REDIS_URL\n\s+(value: \S+|valueFrom:)/.exec(textOf(files, 'kubernetes.yaml'))?.[1];
    assert.equal(told, kubernetes === undefined ? 'valueFrom:' : `value: ${kubernetes}`);
    for (const { text } of files) assert.doesNotMatch(text, /secret@/);
  });

for (const [name, file] of [
  ['compose', 'compose.yaml'],
  ['labels', 'compose.labels.yaml'],
  ['kubernetes', 'kubernetes.yaml'],
] as const)
  test(`${name}: nodes get the common key of clients' state, and what relaying still needs is said`, () => {
    const textFor = (part: object): string => textOf(TARGETS[name](topologyOf(part)), file);
    assert.match(textFor({}), /openssl rand -base64 32/);
    assert.match(textFor({}), /MOORING_REQUEST_STATE_KEYS(: \$\{|\n +valueFrom:\n +secretKeyRef:)/);
    assert.doesNotMatch(textFor({}), /MOORING_RELAY_SECRET/);
    const relay = textFor({ misroute: 'relay', relaySecretFile: 'relay.secret' });
    assert.match(relay, /# misroute: relay also needs [\s\S]{0,150}MOORING_TOPOLOGY and MOORING_RELAY_SECRET/);
  });

for (const { registry, provider } of [
  { registry: undefined, provider: { endpoints: ['127.0.0.1:6379'], db: 1 } },
  { registry: 'redis://r.example/3', provider: { endpoints: ['r.example:6379'], db: 0 } },
  {
    registry: 'rediss://me:pw@[::1]:7000',
    provider: {
      endpoints: ['[::1]:7000'],
      db: 1,
      username: 'me',
      password: 'pw',
      tls: { insecureSkipVerify: false },
    },
  },
  {
    registry: 'redis+sentinel://a,b:1/main/1',
    provider: { endpoints: ['a:26379', 'b:1'], db: 0, sentinel: { masterName: 'main' } },
  },
])
  test(`Traefik reads routes of ${registry} separately from the sessions`, () => {
    const text = textOf(redisFiles(topologyOf(registry === undefined ? {} : { registry })), 'redis/traefik.yml');
    assert.deepEqual(parse(text).providers, { redis: provider });
  });

for (const { registry, why } of [
  { registry: 'redis+cluster://a,b', why: /^TargetError: registry: .*cluster; use/ },
  { registry: 'http://a', why: /^TargetError: registry: the Redis URL begins with none of/ },
])
  test(`routes in ${registry} are refused with a remedy`, () => {
    assert.throws(
      () => routesPlace(registry),
      (error) => why.test(String(error)),
    );
  });

/** Runs a container's command against a node with a given number of sessions. */
const runAgainst = async (t: TestContext, [program, ...args]: readonly string[], sessions: readonly number[]) => {
  const left = [...sessions];
  const server = http.createServer((_, response) => response.end(JSON.stringify({ sessions: left.shift() })));
  server.listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  const here = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const adapted = args.map((arg) => arg.replace(/127\.0\.0\.1:\d+/, here).replace('wait(2000)', 'wait(1)'));
  assert.equal(program, 'node');
  const child = spawn(process.execPath, adapted, { stdio: 'inherit' });
  const [code] = (await once(child, 'exit')) as [number];
  return { code, left };
};

test('the programs in the files work: a pod waits until its last session is closed, a check requests health', async (t) => {
  const files = [...kubernetesFiles(topologyOf({ timeouts: { drain: '8s' } })), ...composeFiles(topologyOf())];
  const [, set] = parseAllDocuments(textOf(files, 'kubernetes.yaml')).map((document) => document.toJS());
  const { command } = set.spec.template.spec.containers[0].lifecycle.preStop.exec;
  assert.deepEqual(await runAgainst(t, command, [2, 1, 0, 5]), { code: 0, left: [5] });
  assert.deepEqual(await runAgainst(t, command, [1, 2, 3, 4, 5]), { code: 0, left: [5] });
  const { test: check } = parse(textOf(files, 'compose.yaml')).services.n1.healthcheck;
  assert.deepEqual(await runAgainst(t, check.slice(1), [0]), { code: 0, left: [] });
});

test('containers get their tag, and pods, which are numbered, cannot have one', () => {
  const nodes = [
    { id: 'n1', url: 'http://n1:8080', tag: 'k7' },
    { id: 'n2', url: 'http://n2:8080' },
  ];
  const topology = topologyOf({ nodes });
  for (const files of [composeFiles(topology), labelsFiles(topology)]) {
    const compose = files.find(({ path }) => /^compose.*\.yaml$/.test(path));
    const { services } = parse(compose?.text ?? '');
    assert.deepEqual(
      ['n1', 'n2'].map((id) => [services[id].environment.MOORING_NAME, services[id].environment.MOORING_TAG]),
      [
        ['n1', 'k7'],
        ['n2', undefined],
      ],
    );
  }
  assert.throws(() => kubernetesFiles(topology), /^TargetError: nodes with a tag/);
});

test('Kubernetes requires a Traefik with failover by status, and a compose file uses the named version', () => {
  assert.throws(() => kubernetesFiles(topologyOf({ traefik: '3.6' })), /^TargetError: it needs Traefik 3\.7/);
  const imageOf = (traefik: string): string =>
    parse(textOf(composeFiles(topologyOf({ traefik })), 'compose.yaml')).services.traefik.image;
  assert.deepEqual(['3.5', '3.7'].map(imageOf), ['traefik:v3.5', `traefik:v${TRAEFIK_VERSION}`]);
});
