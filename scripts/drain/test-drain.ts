import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { ClusterOptions } from '../cluster/cluster.ts';
import { deploy, keepCalling, openMany, run, stateOf, untilNewSessions } from './test-bench.ts';

type Deployed = { readonly proxy: NonNullable<ClusterOptions['proxy']>; readonly affinity: 'both' | 'cookie' };

/** A node drains under traffic without a failed or strayed request, leaves, and comes back. */
export const drainsUnderTraffic = async (t: TestContext, { proxy, affinity }: Deployed): Promise<void> => {
  const deployment = await deploy(t, { proxy, affinity, nodes: 3 });
  const { mcp } = deployment.cluster;
  const clients = await openMany(mcp, 40, affinity);
  const own = clients.filter(({ node }) => node === 'n2');
  assert.ok(own.length > 3, `${own.length} of 40`);
  const traffic = keepCalling(t, clients);

  const draining = run(t, ['drain', 'n2', ...deployment.args]);
  assert.deepEqual((await draining.until('draining')).takers, ['n1', 'n3']);
  await untilNewSessions(mcp, 'n2', 'avoid');
  const fresh = await openMany(mcp, 12, affinity);
  assert.deepEqual(
    fresh.filter(({ node }) => node === 'n2'),
    [],
  );
  assert.equal(await stateOf(deployment, 'n2'), 'draining');
  for (const client of own) await traffic.close(client);
  const { why, cut } = await draining.until('out');
  assert.deepEqual([why, cut, await draining.code], ['empty', 0, 0]);
  assert.equal(await stateOf(deployment, 'n2'), 'out');

  const back = run(t, ['undrain', 'n2', ...deployment.args]);
  assert.equal(await back.code, 0);
  await untilNewSessions(mcp, 'n2', 'reach');
  await traffic.stop();
  assert.deepEqual(traffic.strays, []);
  assert.ok(traffic.calls() > 100);
};
