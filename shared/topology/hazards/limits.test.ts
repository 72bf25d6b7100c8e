/** The limits of the hazards of health checks and paths. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { hazardsOf } from '../hazards.ts';
import { topologySchema } from '../topology.ts';

const hazardsIn = (change: object) =>
  hazardsOf(
    topologySchema.parse({
      nodes: ['n1', 'n2'].map((id) => ({ id, url: `http://${id}:1` })),
      entryPoints: { websecure: { address: ':443', tls: true }, traefik: { address: '127.0.0.1:9100' } },
      ...change,
    }),
  );
const namesIn = (change: object): string[] => hazardsIn(change).map(({ name }) => name);

for (const { interval, timeout, found } of [
  { interval: '10s', timeout: '1s', found: [] },
  { interval: '10001ms', timeout: '1s', found: ['slow-health-check'] },
  { interval: '1s', timeout: '0s', found: ['health-check-times'] },
  { interval: '0s', timeout: '1s', found: ['health-check-times'] },
])
  test(`a check each ${interval} that takes ${timeout}: ${found.join() || 'fine'}`, () =>
    assert.deepEqual(namesIn({ healthCheck: { interval, timeout } }), found));

test('an infrequent check says how long a failure stays unnoticed', () => {
  const [hazard] = hazardsIn({ healthCheck: { interval: '30s' } });
  assert.equal(hazard?.message, 'clients of a node that died get 502 for up to 30 s');
});

for (const { prefix, found } of [
  { prefix: '/files', found: ['slow-uploads'] },
  { prefix: '/Upload-here', found: ['slow-uploads'] },
  { prefix: '/files-list', found: [] },
])
  test(`a route ${prefix} ${found.length > 0 ? 'takes' : 'takes no'} uploads`, () =>
    assert.deepEqual(namesIn({ routes: [{ name: 'more', prefix }] }), found));

test('an endpoint at / is one hazard, whatever the routes', () =>
  assert.deepEqual(namesIn({ prefix: '/', cookie: { name: 'own' } }), ['mcp-everywhere']));
