import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import test from 'node:test';
import type { Topology } from '../../shared/topology/topology.ts';
import { deploy, LIMIT, run } from './test-bench.ts';
import { TestClient } from './test-client.ts';

test(
  'a node that somebody set to out by hand still has its sessions: a drain counts them, and does not say 0',
  LIMIT,
  async (t) => {
    const deployment = await deploy(t, { nodes: 2 });
    const { topologyFile, args, cluster } = deployment;
    const { node, session } = await TestClient.open(cluster.mcp, { cookies: false });
    const text = JSON.parse(await readFile(topologyFile, 'utf8')) as Topology;
    const nodes = text.nodes.map((one) => (one.id === node ? { ...one, state: 'out' } : one));
    await writeFile(topologyFile, JSON.stringify({ ...text, nodes }, null, 2));

    const draining = run(t, ['drain', node, ...args]);
    const { why, cut } = await draining.until('out');
    assert.deepEqual([why, cut, await draining.code], ['already', 1, 1], session);

    const undraining = run(t, ['undrain', node, ...args]);
    assert.equal(await undraining.code, 0);
  },
);
