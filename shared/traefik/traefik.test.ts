/** The generated files on real Traefik, and on the router for comparison. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { freePorts } from '../free-ports.ts';
import { arbitraryTopology } from '../topology/test-topologies.ts';
import type { Topology } from '../topology/topology.ts';
import { cookieValue } from './cookie-value.ts';
import { dynamicOf, type TraefikService } from './dynamic.ts';
import { servingEntryPoints } from './entry-points.ts';
import { pinTexts } from './parts.ts';
import { binary, type Case, folderOf, meets, type ProxyProcess, skip, start, startBoth, until } from './test-bench.ts';

test('Traefik accepts two hundred random topologies without an error, and enables every router', {
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

const RARE = { interval: '10m', timeout: '1s' };
/** Health checks must not keep the machine busy: the test is only that Traefik accepts the files. */
const atRest = (topology: Topology): Topology => ({
  ...topology,
  healthCheck: topology.healthCheck && {
    ...topology.healthCheck,
    ...RARE,
    ready: { ...topology.healthCheck.ready, ...RARE },
  },
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
    services: keys(services, (service) => prefixedService(service, prefix)),
    middlewares: keys(middlewares),
  };
};

const prefixedService = (service: TraefikService, prefix: string): TraefikService => {
  if ('loadBalancer' in service) return service;
  if ('weighted' in service) {
    const services = service.weighted.services.map(({ name }) => ({ name: prefix + name }));
    return { weighted: { ...service.weighted, services } };
  }
  const { failover } = service;
  return { failover: { service: prefix + failover.service, fallback: prefix + failover.fallback } };
};

const listed = async (traefik: ProxyProcess, port: number, kind: string): Promise<ReadonlyMap<string, string>> => {
  const request = { port, path: `/api/http/${kind}?per_page=100000`, host: 'any' };
  const { text } = await until(traefik, request, ({ status, text }) => status === 200 && text.includes('@file'));
  return new Map((JSON.parse(text) as { name: string; status: string }[]).map((one) => [one.name, one.status]));
};

const casesOf = ({ nodes, cookie, prefix, cors, routes }: Topology, entryPoint: string): Case[] => {
  const at = (path: string, headers: Readonly<Record<string, string>> = {}, method = 'POST'): Case => ({
    entryPoint,
    path,
    headers,
    method,
  });
  const session = (id: string) => ({ 'mcp-session-id': `${id}.0b1c` });
  const pin = (text: string) => ({ cookie: `other=1; ${cookie.name}=${cookieValue(text)}` });
  return [
    at(prefix),
    at(prefix, session('nobody')),
    at('/unknown/path'),
    { ...at(prefix), host: 'elsewhere.example' },
    ...routes.map((route) => at(route.prefix)),
    ...nodes.flatMap((node, i) => [
      at(prefix, session(node.id)),
      at(prefix, { ...session(node.id), ...pin(nodes[(i + 1) % nodes.length]!.url) }),
      ...pinTexts(node).flatMap((text) => [
        at(prefix, pin(text)),
        at(prefix, { ...session(node.id), ...pin(text) }, 'GET'),
        at(prefix, { ...session('nobody'), ...pin(text) }),
      ]),
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

test('Traefik and the router answer the same requests the same way, for random topologies', {
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
