/** The generated files, judged by real Traefik, and the router beside it on the very same files. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { freePorts } from '../free-ports.ts';
import { arbitraryTopology } from '../topology/test-topologies.ts';
import { type Topology, topologySchema } from '../topology/topology.ts';
import { findTraefik, noTraefik } from '../traefik-binary.ts';
import { cookieValue } from './cookie-value.ts';
import { dynamicOf } from './dynamic.ts';
import { servingEntryPoints } from './entry-points.ts';
import { generateFiles } from './generate-files.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const binary = findTraefik();
const skip = noTraefik();
const PATIENCE = 30_000;

type Proxy = { readonly child: ChildProcess; log: string };

const start = (t: TestContext, [command, ...args]: readonly string[]): Proxy => {
  const child = spawn(command!, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  const proxy: Proxy = { child, log: '' };
  const hear = (data: Buffer): void => {
    proxy.log += String(data);
  };
  for (const stream of [child.stdout, child.stderr]) stream.on('data', hear);
  t.after(async () => {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  });
  return proxy;
};

/** Asks until the answer is the one waited for; Traefik says 404 until it has read its configuration. */
const until = async (proxy: Proxy, request: Ask, wanted: (answer: Answer) => boolean): Promise<Answer> => {
  const deadline = Date.now() + PATIENCE;
  for (;;) {
    const answer = await ask(request).catch(() => undefined);
    if (answer !== undefined && wanted(answer)) return answer;
    if (proxy.child.exitCode !== null || Date.now() > deadline)
      throw new Error(`${request.path} on ${request.port} stays ${answer?.status}\n${proxy.log}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

type Ask = {
  readonly port: number;
  readonly path: string;
  readonly host: string;
  readonly tls?: boolean;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
};
type Answer = { readonly status: number; readonly headers: http.IncomingHttpHeaders; readonly text: string };

const ask = ({ port, path, host, tls = false, method = 'GET', headers = {} }: Ask): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, path, method, agent: false, headers: { host, ...headers } };
    const request = tls ? https.request({ ...options, rejectUnauthorized: false }) : http.request(options);
    request.on('error', reject);
    request.on('response', async (response) => {
      let text = '';
      for await (const chunk of response) text += String(chunk);
      resolve({ status: response.statusCode!, headers: response.headers, text });
    });
    request.end();
  });

const folderOf = (t: TestContext): string => {
  const folder = mkdtempSync(join(tmpdir(), 'generated-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

const urlOf = (server: http.Server): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

const startNodes = async (t: TestContext, count: number): Promise<http.Server[]> =>
  Promise.all(
    Array.from({ length: count }, async () => {
      const server = http.createServer((request, response) => {
        response.setHeader('x-node', urlOf(server));
        response.end(request.url);
      });
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      t.after(() => stopNode(server));
      return server;
    }),
  );

const stopNode = (server: http.Server): void => {
  server.closeAllConnections();
  server.close();
};

test('Traefik takes two hundred random topologies without an error, and every router of them is enabled', {
  skip,
}, async (t) => {
  const folder = folderOf(t);
  const [web, websecure, api] = (await freePorts(3)) as [number, number, number];
  const samples = fc.sample(arbitraryTopology, { numRuns: 200, seed: 8 });
  const parts = samples.map((topology, i) => prefixed(dynamicOf(atRest(topology)), `t${i}-`));
  const all = (kind: 'routers' | 'services' | 'middlewares') => Object.assign({}, ...parts.map((part) => part[kind]));
  const dynamic = { http: { routers: all('routers'), services: all('services'), middlewares: all('middlewares') } };
  const dynamicFile = join(folder, 'dynamic.yml');
  writeFileSync(dynamicFile, JSON.stringify(dynamic));
  const fixed = {
    entryPoints: {
      web: { address: `127.0.0.1:${web}` },
      websecure: { address: `127.0.0.1:${websecure}`, http: { tls: {} } },
      traefik: { address: `127.0.0.1:${api}` },
    },
    providers: { file: { filename: dynamicFile } },
    api: { insecure: true },
    ping: {},
    log: { level: 'ERROR' },
  };
  writeFileSync(join(folder, 'traefik.yml'), JSON.stringify(fixed));
  const traefik = start(t, [binary!, `--configfile=${join(folder, 'traefik.yml')}`]);
  for (const kind of ['routers', 'services', 'middlewares'] as const) {
    const wanted = Object.keys(dynamic.http[kind]);
    const seen = await listed(traefik, api, kind);
    assert.equal(seen.size >= wanted.length, true);
    for (const name of wanted) assert.equal(seen.get(`${name}@file`), 'enabled', name);
  }
  assert.equal(traefik.log, '');
});

/** No topology's checks may keep the machine busy: what is judged here is that Traefik takes them. */
const atRest = (topology: Topology): Topology => ({
  ...topology,
  healthCheck: topology.healthCheck && { ...topology.healthCheck, interval: '10m', timeout: '1s' },
});

const prefixed = ({ http: { routers, services, middlewares = {} } }: ReturnType<typeof dynamicOf>, prefix: string) => {
  const keys = <T>(named: Readonly<Record<string, T>>, change: (value: T) => unknown = (value) => value) =>
    Object.fromEntries(Object.entries(named).map(([name, value]) => [prefix + name, change(value)]));
  return {
    routers: keys(routers, (router) => ({
      ...router,
      entryPoints: router.entryPoints.map((name) => (name === 'websecure' ? name : 'web')),
      service: prefix + router.service,
      ...(router.middlewares && { middlewares: router.middlewares.map((name) => prefix + name) }),
    })),
    services: keys(services, (service) =>
      'failover' in service
        ? { failover: { service: prefix + service.failover.service, fallback: prefix + service.failover.fallback } }
        : service,
    ),
    middlewares: keys(middlewares),
  };
};

const listed = async (traefik: Proxy, port: number, kind: string): Promise<ReadonlyMap<string, string>> => {
  const request = { port, path: `/api/http/${kind}?per_page=100000`, host: 'any' };
  const { text } = await until(traefik, request, ({ status, text }) => status === 200 && text.includes('@file'));
  return new Map((JSON.parse(text) as { name: string; status: string }[]).map((one) => [one.name, one.status]));
};

/** Both programs on the same two files, with nodes that live. */
const startBoth = async (t: TestContext, given: Topology, interval = '5s'): Promise<[Judged, Judged]> => {
  const names = Object.keys(given.entryPoints);
  const [stubs, free] = await Promise.all([startNodes(t, given.nodes.length), freePorts(2 * names.length)]);
  const urls = stubs.map(urlOf);
  const nodes = given.nodes.map((node, i) => ({ ...node, url: urls[i]! }));
  const healthCheck = given.healthCheck && { path: '/healthz', interval, timeout: interval };
  const judge = async (kind: Judged['kind'], ports: readonly number[]): Promise<Judged> => {
    const folder = folderOf(t);
    const entryPoints = Object.fromEntries(
      names.map((name, i) => [name, { ...given.entryPoints[name]!, address: `127.0.0.1:${ports[i]}` }]),
    );
    const topology = { ...given, nodes, healthCheck, entryPoints };
    const dynamicFile = join(folder, 'dynamic.yml');
    const files = generateFiles(topology, { dynamicFile });
    writeFileSync(join(folder, 'traefik.yml'), files.static);
    writeFileSync(dynamicFile, files.dynamic);
    const command = kind === 'traefik' ? [binary!] : [process.execPath, '--import', 'tsx/esm', 'router/main.ts'];
    const proxy = start(t, [...command, `--configfile=${join(folder, 'traefik.yml')}`]);
    const judged = { kind, proxy, topology, stubs, port: (name: string) => ports[names.indexOf(name)]! };
    for (const name of servingEntryPoints(topology))
      await until(proxy, requestTo(judged, { entryPoint: name, path: '/' }), ({ status }) => status !== 404);
    return judged;
  };
  return Promise.all([judge('traefik', free.slice(names.length)), judge('router', free.slice(0, names.length))]);
};

type Judged = {
  readonly kind: 'router' | 'traefik';
  readonly proxy: Proxy;
  readonly topology: Topology;
  readonly stubs: readonly http.Server[];
  port(entryPoint: string): number;
};
type Case = { readonly entryPoint: string; readonly path: string } & Omit<Ask, 'port' | 'tls' | 'host'> & {
    readonly host?: string;
  };

const casesOf = ({ nodes, cookie, prefix, cors, routes }: Topology, entryPoint: string): Case[] => {
  const at = (path: string, headers: Readonly<Record<string, string>> = {}, method = 'POST'): Case => ({
    entryPoint,
    path,
    headers,
    method,
  });
  const session = (id: string) => ({ 'mcp-session-id': `${id}.0b1c` });
  const pin = (url: string) => ({ cookie: `other=1; ${cookie.name}=${cookieValue(url)}` });
  return [
    at(prefix),
    at(prefix, session('nobody')),
    at('/unknown/path'),
    { ...at(prefix), host: 'elsewhere.example' },
    ...routes.map((route) => at(route.prefix)),
    ...nodes.flatMap(({ id, url }, i) => [
      at(prefix, session(id)),
      at(prefix, pin(url)),
      at(prefix, { ...session(id), ...pin(url) }, 'GET'),
      at(prefix, { ...session(id), ...pin(nodes[(i + 1) % nodes.length]!.url) }),
      at(prefix, { ...session('nobody'), ...pin(url) }),
    ]),
    ...cors.origins.map((origin) =>
      at(
        prefix,
        { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'mcp-session-id' },
        'OPTIONS',
      ),
    ),
  ];
};

const requestTo = ({ topology, port }: Judged, { entryPoint, ...request }: Case): Ask => ({
  host: topology.hosts[0] ?? 'localhost',
  ...request,
  tls: topology.entryPoints[entryPoint]!.tls !== false,
  port: port(entryPoint),
});

/** What a request meets: a free choice is met in full when it is asked for often enough. */
const meets = async (judged: Judged, one: Case): Promise<readonly string[]> => {
  const { topology } = judged;
  const named = (text: string): string =>
    topology.nodes.reduce((rest, { id, url }) => rest.replaceAll(cookieValue(url), id), text);
  const seen = new Set<string>();
  for (let i = 0; i < 2 * topology.nodes.length; i++) {
    const { status, headers } = await ask(requestTo(judged, one));
    const node = topology.nodes.find(({ url }) => url === headers['x-node'])?.id;
    const cors = Object.entries(headers).filter(([name]) => name.startsWith('access-control-'));
    const cookies = (headers['set-cookie'] ?? []).map(named);
    seen.add(JSON.stringify({ status, node, cookies, cors: cors.sort() }));
  }
  return [...seen].sort();
};

test('the same requests meet the same on Traefik and on the router, for a sample of random topologies', {
  skip,
}, async (t) => {
  for (const topology of fc.sample(arbitraryTopology, { numRuns: 4, seed: 21 })) {
    await t.test(JSON.stringify(topology).slice(0, 60), async (t) => {
      const [traefik, router] = await startBoth(t, topology);
      for (const entryPoint of servingEntryPoints(topology))
        for (const one of casesOf(traefik.topology, entryPoint))
          assert.deepEqual(await meets(router, one), await meets(traefik, one), JSON.stringify(one));
      assert.doesNotMatch(stripVTControlCharacters(traefik.proxy.log), / (ERR|FTL) /);
    });
  }
});

test('a draining node keeps its sessions, by id and by cookie, and begins none', { skip }, async (t) => {
  for (const affinity of ['both', 'cookie', 'session-id'] as const) {
    const both = await startBoth(t, topologyOf({ affinity, nodes: ['active', 'draining', 'out'] }));
    for (const judged of both) {
      const pin = `${judged.topology.cookie.name}=${cookieValue(judged.topology.nodes[1]!.url)}`;
      const nodeOf = async (headers: Readonly<Record<string, string>>): Promise<readonly (string | undefined)[]> => {
        const seen = await meets(judged, { entryPoint: 'web', path: '/mcp', method: 'POST', headers });
        return seen.map((one) => (JSON.parse(one) as { node?: string }).node);
      };
      const own = { 'mcp-session-id': 'n2.0b1c' };
      const foreign = { 'mcp-session-id': '0b1c' };
      const kept = affinity === 'session-id' ? 'n1' : 'n2';
      assert.deepEqual(await nodeOf({}), ['n1'], 'new');
      assert.deepEqual(await nodeOf({ cookie: pin }), ['n1'], 'new, with the cookie');
      assert.deepEqual(await nodeOf({ ...own, cookie: pin }), ['n2'], 'own');
      assert.deepEqual(await nodeOf({ ...foreign, cookie: `a="b"; ${pin}; c=d` }), [kept], 'by the cookie alone');
      assert.deepEqual(await nodeOf({ ...foreign, cookie: `x${pin}` }), ['n1'], 'another cookie');
      assert.deepEqual(await nodeOf({ ...foreign, cookie: `${pin}0` }), ['n1'], 'another value');
      assert.deepEqual(await nodeOf(own), [affinity === 'cookie' ? 'n1' : 'n2'], 'by the id alone');
      assert.deepEqual(await nodeOf({ 'mcp-session-id': 'n3.0b1c' }), ['n1'], 'a session of the one that is out');
    }
  }
});

test('while a node is down its sessions are answered by another one, which takes the client over', {
  skip,
}, async (t) => {
  const given = topologyOf({ affinity: 'both', nodes: ['active', 'active'] });
  const both = await startBoth(t, given, '1s');
  stopNode(both[0].stubs[0]!);
  for (const judged of both) {
    const headers = { 'mcp-session-id': 'n1.0b1c' };
    const request = requestTo(judged, { entryPoint: 'web', path: '/mcp', method: 'POST', headers });
    const answer = await until(judged.proxy, request, ({ status }) => status === 200);
    assert.equal(answer.headers['x-node'], judged.topology.nodes[1]!.url);
    assert.match(
      String(answer.headers['set-cookie']),
      new RegExp(`^_mcp_backend=${cookieValue(judged.topology.nodes[1]!.url)};`),
    );
  }
});

const topologyOf = ({ affinity, nodes }: { affinity: Topology['affinity']; nodes: readonly string[] }): Topology =>
  topologySchema.parse({
    nodes: nodes.map((state, i) => ({ id: `n${i + 1}`, url: `http://127.0.0.1:${i + 1}`, state })),
    entryPoints: { web: { address: '127.0.0.1:1' } },
    affinity,
  });
