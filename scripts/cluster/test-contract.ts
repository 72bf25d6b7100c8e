/** What every cluster must do, behind either proxy. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import test from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import type { Cluster, ClusterEvent } from './cluster.ts';
import { startCluster } from './start-cluster.ts';
import { listenTo, openSession, ping } from './test-session.ts';

export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

const PATIENCE_MS = 120_000;

export const until = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
  const deadline = performance.now() + PATIENCE_MS;
  while (!(await holds())) {
    assert.ok(performance.now() < deadline, `still not so: ${holds}`);
    await wait(20);
  }
};

const eventOf = (cluster: Cluster, wanted: (event: ClusterEvent) => boolean): Promise<ClusterEvent> =>
  new Promise((resolve) => {
    const stop = cluster.subscribe((event) => {
      if (!wanted(event)) return;
      stop();
      resolve(event);
    });
  });

export const answersAt = (url: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });

const pidsOf = (cluster: Cluster): readonly number[] => cluster.nodes().flatMap(({ pid }) => pid ?? []);

export const sessionOn = async ({ mcp }: Cluster, node: string) => {
  for (;;) {
    const session = await openSession(mcp);
    if (session.node === node) return session;
  }
};

export const stateOf = (cluster: Cluster, id: string) => cluster.nodes().find((node) => node.id === id);

export const holdsContract = (proxy: Cluster['proxy'], skip: string | false): void => {
  test(`a cluster behind ${proxy}`, { skip }, async (t) => {
    const cluster = await startCluster({ nodes: 2, proxy });
    t.after(() => cluster.close());

    await t.test('a session is known with its node', async () => {
      const { id, node } = await openSession(cluster.mcp);
      assert.equal(await cluster.sessionNode(id), node);
      assert.equal((await cluster.sessions()).find((one) => one.id === id)?.client, 'test/1');
    });

    await t.test('a draining node keeps its sessions and gets no new ones, until it is undrained', async () => {
      const session = await sessionOn(cluster, 'n1');
      await cluster.drain('n1');
      assert.equal(stateOf(cluster, 'n1')?.draining, true);
      for (let i = 0; i < 6; i++) assert.equal((await openSession(cluster.mcp)).node, 'n2');
      assert.deepEqual(await ping(cluster.mcp, session), { status: 200, node: 'n1' });
      await cluster.undrain('n1');
      await sessionOn(cluster, 'n1');
    });

    await t.test('streams are cut, sessions stay', async () => {
      const session = await openSession(cluster.mcp);
      const stream = await listenTo(cluster.mcp, session);
      await cluster.cutStreams();
      await stream.ended;
      assert.equal((await ping(cluster.mcp, session)).status, 200);
    });

    await t.test('a thawed node continues', async () => {
      const session = await sessionOn(cluster, 'n2');
      await cluster.freeze('n2');
      assert.equal(stateOf(cluster, 'n2')?.state, 'frozen');
      await cluster.thaw('n2');
      await until(async () => (await ping(cluster.mcp, session)).node === 'n2');
      assert.deepEqual(await ping(cluster.mcp, session), { status: 200, node: 'n2' });
    });

    await t.test('live sessions continue without Redis, and are recorded again afterwards', async () => {
      const session = await openSession(cluster.mcp);
      await cluster.stopRedis();
      assert.equal((await ping(cluster.mcp, session)).status, 200);
      await assert.rejects(cluster.sessions(), /the registry does not answer/);
      await cluster.startRedis();
      await until(async () => (await cluster.sessionNode(session.id).catch(() => undefined)) === session.node);
    });

    await t.test('a killed node stays down until it is started', async () => {
      const session = await sessionOn(cluster, 'n2');
      await cluster.kill('n2');
      assert.deepEqual(
        { ...stateOf(cluster, 'n2'), url: '' },
        {
          id: 'n2',
          url: '',
          state: 'down',
          pid: undefined,
          draining: false,
          restarts: 0,
        },
      );
      await until(async () => (await ping(cluster.mcp, session)).status === 404);
      await cluster.start('n2');
      await sessionOn(cluster, 'n2');
      assert.equal((await ping(cluster.mcp, session)).status, 404);
    });

    await t.test('a node that crashes is restarted, and its last lines are shown', async () => {
      const died = eventOf(cluster, (event) => event.kind === 'node' && event.state === 'down');
      const back = eventOf(cluster, (event) => event.kind === 'node' && event.state === 'up');
      process.kill(stateOf(cluster, 'n2')!.pid!, 'SIGKILL');
      assert.match(
        ((await died) as { detail: string }).detail,
        /^ended by SIGKILL; it restarts in 250 ms; .*\n.*a session was opened/s,
      );
      await back;
      assert.equal(stateOf(cluster, 'n2')?.restarts, 1);
    });

    await t.test('a closed cluster leaves nothing behind, even with frozen nodes', async () => {
      const pids = pidsOf(cluster);
      await until(() => cluster.nodes().every(({ state }) => state === 'up'));
      await cluster.freeze('n1');
      await cluster.close();
      assert.equal(pids.length, 2);
      assert.deepEqual(pids.filter(isAlive), []);
      assert.equal(existsSync(cluster.folder), false);
      for (const url of [cluster.url, cluster.redis.url]) assert.equal(await answersAt(url), false);
    });
  });
};
