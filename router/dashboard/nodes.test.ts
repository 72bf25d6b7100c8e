import assert from 'node:assert/strict';
import test from 'node:test';
import { topologySchema } from '../../shared/topology/topology.ts';
import { cookieValue } from '../../shared/traefik/cookie-value.ts';
import { generateFiles } from '../../shared/traefik/generate-files.ts';
import { readDynamic } from '../traefik/config/dynamic/read-dynamic.ts';
import { Nodes } from './nodes.ts';
import { shownCookies } from './shown-cookies.ts';

const configOf = (change: object = {}) => {
  const topology = topologySchema.parse({
    nodes: ['active', 'active', 'draining'].map((state, i) => ({ id: `n${i + 1}`, url: `http://h${i + 1}`, state })),
    entryPoints: { web: { address: ':80' } },
    ...change,
  });
  const text = generateFiles(topology, { dynamicFile: 'dynamic.yml' }).dynamic;
  return readDynamic([{ file: 'dynamic.yml', text }]).config;
};

/** Name, whether it is alive, whether it takes new sessions, whether it drains. */
const shown = (config: ReturnType<typeof configOf>, down: readonly string[]): string[] => {
  const nodes = new Nodes();
  nodes.follow(config, (service) => {
    const balancer = config.services.get(service);
    if (balancer?.kind !== 'loadBalancer') return undefined;
    return new Map(balancer.servers.map(({ url }) => [url, !down.includes(service)]));
  });
  return nodes.shown.map(
    ({ name, healthy, ready, draining }) => `${name} ${healthy} ${ready}${draining ? ' drains' : ''}`,
  );
};

for (const affinity of ['both', 'cookie', 'session-id'])
  test(`nodes and drains are read from the files, with affinity ${affinity}`, () =>
    assert.deepEqual(shown(configOf({ affinity }), []), ['n1 true true', 'n2 true true', 'n3 true true drains']));

test('a node that takes no new sessions is not shown as dead', () => {
  const config = configOf();
  assert.equal(shown(config, ['ready-n2@file'])[1], 'n2 true false');
  assert.equal(shown(config, ['only-n2@file'])[1], 'n2 false false');
  const byUrl = configOf({ cookie: { of: 'url' } });
  assert.equal(shown(byUrl, ['mcp-ready@file', 'default-ready@file'])[1], 'n2 true false');
});

test('a cookie is decoded by the name of its node, and old cookies by its URL', () => {
  const told = (text: string): string =>
    shownCookies(configOf(), cookieValue(text))
      .flatMap(({ matches }) => matches.map(({ target, reader }) => `${target} ${reader}`))
      .join();
  assert.equal(told('ready-n2'), 'http://h2 mcp-ready@file');
  assert.equal(told('http://h2'), 'http://h2 cookie-n2@file');
  assert.equal(told('ready-n3'), 'http://h3 cookie-n3@file');
});
