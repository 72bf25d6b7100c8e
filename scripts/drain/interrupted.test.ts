import assert from 'node:assert/strict';
import test from 'node:test';
import { deploy, keepCalling, LIMIT, openMany, run, stateOf } from './test-bench.ts';

test(
  'Ctrl-C in the middle leaves the node draining, says how to go on, and the same command goes on',
  LIMIT,
  async (t) => {
    const deployment = await deploy(t, { nodes: 2 });
    const clients = await openMany(deployment.cluster.mcp, 4, 'both');
    const first = run(t, ['drain', 'n2', ...deployment.args]);
    await first.until('sessions');
    first.interrupt();
    const left = await first.until('left');
    assert.deepEqual([left.why, left.state, left.live, await first.code], ['signal', 'draining', 2, 1]);
    assert.equal(await stateOf(deployment, 'n2'), 'draining');
    const traffic = keepCalling(t, clients);

    const second = run(t, ['drain', 'n2', ...deployment.args]);
    await second.until('sessions');
    for (const client of clients) await traffic.close(client);
    assert.equal((await second.until('out')).cut, 0);
    assert.deepEqual([await second.code, traffic.strays], [0, []]);
  },
);

test('a node that is put back during its drain stays active', LIMIT, async (t) => {
  const deployment = await deploy(t, { nodes: 2 });
  await openMany(deployment.cluster.mcp, 2, 'both');
  const draining = run(t, ['drain', 'n2', ...deployment.args]);
  await draining.until('sessions');
  assert.equal(await run(t, ['undrain', 'n2', ...deployment.args]).code, 0);
  const left = await draining.until('left');
  assert.deepEqual([left.why, left.state, await draining.code], ['changed', 'active', 1]);
  assert.equal(await stateOf(deployment, 'n2'), 'active');
});

test('at the deadline the node is out, and the sessions that this ends are counted', LIMIT, async (t) => {
  const deployment = await deploy(t, { nodes: 2 });
  await openMany(deployment.cluster.mcp, 4, 'both');
  const draining = run(t, ['drain', 'n2', '--timeout', '1s', ...deployment.args]);
  const { why, cut } = await draining.until('out');
  assert.deepEqual([why, cut, await draining.code], ['deadline', 2, 1]);
});
