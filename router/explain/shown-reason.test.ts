import assert from 'node:assert/strict';
import test from 'node:test';
import { topologySchema } from '../../shared/topology/topology.ts';
import { dynamicOf } from '../../shared/traefik/dynamic.ts';
import { shownReason } from './shown-reason.ts';

const topology = topologySchema.parse({
  nodes: [
    { id: 'n1', url: 'http://a:1' },
    { id: 'n2', url: 'http://b:1', state: 'draining' },
    { id: 'n3', url: 'http://c:1', tag: 'k7', formerly: ['n3'] },
    { id: 'n4', url: 'http://d:1', tag: 'p3' },
  ],
  entryPoints: { web: { address: ':80' } },
});
const { routers } = dynamicOf(topology).http;
const reached = ['main', 'only-server'];
const past = ['fallback', 'round-robin', 'only-server'];

for (const { route, steps, reason = steps.at(-1)!, told } of [
  { route: 'node-n1', steps: reached, told: 'session-id' },
  { route: 'node-n1', steps: past, reason: 'round-robin', told: 'session-id, but n1 is down' },
  { route: 'cookie-n2', steps: reached, told: 'cookie' },
  { route: 'cookie-n2', steps: past, reason: 'round-robin', told: 'cookie, but its node is down' },
  { route: 'handle-n1', steps: reached, told: 'handle' },
  { route: 'handle-n2', steps: past, reason: 'round-robin', told: 'handle, but n2 is down' },
  { route: 'node-n3', steps: past, reason: 'round-robin', told: 'session-id, but n3 is down' },
  { route: 'node-n4', steps: past, reason: 'round-robin', told: 'session-id, but n4 is down' },
  { route: 'handle-n4', steps: past, reason: 'round-robin', told: 'handle, but n4 is down' },
  { route: 'mcp', steps: ['main', 'no-cookie', 'only-server'], reason: 'no-cookie', told: 'no-cookie' },
  { route: 'node-n1', steps: reached, reason: 'connection-refused', told: 'connection-refused' },
  { route: 'node-n1', steps: ['main', 'no-server-up'], reason: 'no-server', told: 'no-server' },
  { route: 'node-n1', steps: [], reason: 'middleware', told: 'middleware' },
  { route: 'mcp', steps: ['only-server'], told: 'only-server' },
  { route: 'nowhere', steps: [], reason: 'no-router', told: 'no-router' },
])
  test(`by ${route}, ${reason} after ${steps.join(' and ')} is shown as ${told}`, () => {
    const choice = steps.map((step) => ({ service: 's', reason: step, chosen: 'x' }));
    assert.equal(shownReason({ rule: routers[route]?.rule, router: `${route}@file`, reason, steps: choice }), told);
  });
