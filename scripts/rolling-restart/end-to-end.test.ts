import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { deploy, keepCalling, LIMIT, openMany, run, stateOf, type TestDeployment } from '../drain/test-bench.ts';
import { commandFor } from './test-restart.ts';

const restart = (t: TestContext, { args }: TestDeployment, ...more: readonly string[]) =>
  run(t, ['rolling-restart', ...more, ...args]);

test('every node is restarted, and sessions of the others continue', LIMIT, async (t) => {
  const deployment = await deploy(t, { nodes: 2 });
  const { cluster } = deployment;
  const clients = await openMany(cluster.mcp, 8, 'both');
  const traffic = keepCalling(t, clients);
  const restarted: string[] = [];
  const command = await commandFor(t, async (node) => {
    assert.equal(await stateOf(deployment, node), 'out');
    await cluster.restart(node);
    restarted.push(node);
    return 200;
  });
  const rolling = restart(t, deployment, '--restart', command);
  await rolling.until('draining');
  for (const client of clients.filter(({ node }) => node === 'n1')) await traffic.close(client);
  await rolling.until('back');
  for (const client of clients.filter(({ node }) => node === 'n2')) await traffic.close(client);
  const done = await rolling.until('done');
  assert.deepEqual([done.nodes, done.cut, await rolling.code], [['n1', 'n2'], 0, 0]);
  await traffic.stop();
  assert.deepEqual([restarted, traffic.strays], [['n1', 'n2'], []]);
  assert.deepEqual(await Promise.all(['n1', 'n2'].map((node) => stateOf(deployment, node))), ['active', 'active']);
});

test('it stops at the first failure, leaves the node out, and can resume from there', LIMIT, async (t) => {
  const deployment = await deploy(t, { nodes: 2 });
  await openMany(deployment.cluster.mcp, 4, 'both');
  let works = false;
  const command = await commandFor(t, async (node) => {
    if (works) await deployment.cluster.restart(node);
    return works ? 200 : 500;
  });
  const first = restart(t, deployment, '--restart', command, '--timeout', '0s');
  const failed = await first.until('failed');
  assert.deepEqual([failed.at, failed.node, failed.how], ['command', 'n1', 'the restart command ended with 3']);
  assert.deepEqual(
    [await first.code, await stateOf(deployment, 'n1'), await stateOf(deployment, 'n2')],
    [1, 'out', 'active'],
  );

  works = true;
  const second = restart(t, deployment, '--restart', command, '--timeout', '0s', '--from', 'n1');
  const done = await second.until('done');
  assert.deepEqual([done.nodes, done.cut, await second.code], [['n1', 'n2'], 2, 1]);
});

test('a command that restarts nothing is detected', LIMIT, async (t) => {
  const deployment = await deploy(t, { nodes: 2 });
  const rolling = restart(t, deployment, '--restart', 'true', '--timeout', '0s', '--back-timeout', '1s');
  const failed = await rolling.until('failed');
  assert.match(String(failed.how), /is the process from before/);
  assert.deepEqual([failed.at, await rolling.code, await stateOf(deployment, 'n1')], ['return', 1, 'out']);
});
