import assert from 'node:assert/strict';
import test from 'node:test';
import { freePorts } from '../../shared/free-ports.ts';
import { topologySchema } from '../../shared/topology/topology.ts';
import { startCluster } from './start-cluster.ts';
import { until } from './test-contract.ts';
import { openSession, ping } from './test-session.ts';

test('with misroute: relay nodes pass misroutes on, and answer 503 while the other one is frozen', async (t) => {
  const [port, ...ports] = await freePorts(3);
  const topology = topologySchema.parse({
    nodes: ports.map((nodePort, i) => ({ id: `n${i + 1}`, url: `http://127.0.0.1:${nodePort}` })),
    entryPoints: { web: { address: `127.0.0.1:${port}` } },
    cookie: { secure: false },
    misroute: 'relay',
  });
  const cluster = await startCluster({ topology });
  t.after(() => cluster.close());
  const [owner, other] = topology.nodes.map(({ url }) => `${url}/mcp`) as [string, string];
  const session = await openSession(owner);
  await until(async () => (await ping(other, session)).node === 'n1');
  await cluster.freeze('n1');
  assert.deepEqual(await ping(other, session), { status: 503, node: 'n2' });
  await cluster.thaw('n1');
  await until(async () => (await ping(other, session)).node === 'n1');
});
