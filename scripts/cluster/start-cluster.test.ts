import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { freePorts } from '../../shared/free-ports.ts';
import { startEmbeddedRedis } from '../../shared/registry/embedded/server.ts';
import { startCluster } from './start-cluster.ts';
import { answersAt, holdsContract, isAlive, sessionOn, until } from './test-contract.ts';
import { ping } from './test-session.ts';

holdsContract('router', false);

test('a changed topology: nodes join and leave, and the others continue', async (t) => {
  const cluster = await startCluster({ nodes: 2 });
  t.after(() => cluster.close());
  const session = await sessionOn(cluster, 'n1');
  const [n1] = cluster.topology().nodes;
  const [port] = await freePorts(1);
  const n3 = { ...n1!, id: 'n3', url: `http://127.0.0.1:${port}` };
  await cluster.change({ ...cluster.topology(), nodes: [n1!, n3] });
  assert.deepEqual(
    cluster.nodes().map(({ id, state }) => `${id} ${state}`),
    ['n1 up', 'n3 up'],
  );
  assert.deepEqual(await ping(cluster.mcp, session), { status: 200, node: 'n1' });
  await sessionOn(cluster, 'n3');
});

test('children end when their parent is killed, even frozen nodes', async (t) => {
  const program = fileURLToPath(new URL('./test-parent.ts', import.meta.url));
  const parent = spawn(process.execPath, ['--import', 'tsx', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => parent.kill('SIGKILL'));
  const [line] = (await once(createInterface({ input: parent.stdout }), 'line')) as [string];
  const { pids, redis } = JSON.parse(line) as { pids: number[]; redis: string };
  assert.equal(pids.filter(isAlive).length, 2);
  parent.kill('SIGKILL');
  await until(() => !pids.some(isAlive));
  await until(async () => !(await answersAt(redis)));
});

test('a node that cannot start says why, and nothing is left running', async () => {
  await assert.rejects(
    startCluster({ nodes: 2, server: '/nowhere/server.ts' }),
    /n\d ended with code 1 before it was ready\n.*nowhere/s,
  );
});

test('a foreign Redis is neither stopped nor started', async (t) => {
  const redis = await startEmbeddedRedis();
  t.after(() => redis.stop());
  const cluster = await startCluster({ nodes: 1, redis: redis.url });
  t.after(() => cluster.close());
  await assert.rejects(cluster.stopRedis(), /was not started here/);
  await assert.rejects(cluster.kill('n9'), /there is no node "n9"; there are n1/);
  const untyped = cluster as unknown as { stop(): Promise<void> };
  await assert.rejects(untyped.stop(), /^Error: which node\? There are n1; close\(\) ends the cluster$/);
});
