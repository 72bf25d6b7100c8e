import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, type TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { sessionKey } from './records.ts';
import type { RedisLink } from './redis.ts';
import { freePort, type RedisProcess } from './redis-process.ts';
import type { Session } from './session-registry.ts';
import { announced, ask, degraded, noRedis, probe, ready, runRedis, type Scope, sharedRedis } from './test-bench.ts';
import { registryContract, sessionOn } from './test-contract.ts';

const topologies = { skip: noRedis, timeout: 120_000 };

/** Redis has no event for when its nodes agree: we must poll. */
const eventually = async (test: () => Promise<boolean>): Promise<void> => {
  while (!(await test())) await wait(20);
};
const says =
  (link: RedisLink, text: string, ...command: [string, ...string[]]) =>
  async (): Promise<boolean> =>
    String(await ask(link, ...command)).includes(text);

test(
  'Sentinel: when the master is killed, writes go on at the new one and all records are there',
  topologies,
  async (t) => {
    const master = await runRedis(t);
    const replica = await runRedis(t, { settings: ['--replicaof', `127.0.0.1 ${master.port}`] });
    await eventually(says(await probe(t, replica.url), 'master_link_status:up', 'INFO', 'replication'));
    const sentinel = await runSentinel(t, master);
    await eventually(says(await probe(t, sentinel.url), `${replica.port}`, 'SENTINEL', 'REPLICAS', 'mymaster'));
    const url = `redis+sentinel://127.0.0.1:${sentinel.port}/mymaster`;
    const { registry, until } = await announced(t, { url });
    const [before, meanwhile] = [sessionOn('n1'), sessionOn('n1')];
    assert.deepEqual(await registry.open(before), { kind: 'written' });
    process.kill(master.pid, 'SIGKILL');
    await until(degraded);
    assert.equal((await registry.open(meanwhile)).kind, 'remembered');
    const started = performance.now();
    await until(ready);
    t.diagnostic(`at the new master after ${Math.round(performance.now() - started)} ms`);
    const link = await probe(t, replica.url);
    const found = await Promise.all([before, meanwhile].map(({ id }) => ask(link, 'EXISTS', sessionKey(id))));
    assert.deepEqual(found, [1, 1]);
  },
);

const stops: (() => Promise<unknown>)[] = [];
after(() => Promise.all(stops.map((stop) => stop())));
let shared: ReturnType<typeof runCluster> | undefined;
registryContract(
  'Redis cluster',
  async (t) => {
    shared ??= runCluster({ after: (stop) => void stops.push(stop) });
    return sharedRedis(t, (await shared).url);
  },
  { skip: noRedis },
);

test(
  'a cluster with one stopped master: nothing waits longer than it may, and all is written in the end',
  topologies,
  async (t) => {
    const { url, masters } = await runCluster(t);
    const { registry, until } = await announced(t, { url });
    const [first] = masters;
    process.kill(first.pid, 'SIGSTOP');
    const sessions = Array.from({ length: 12 }, () => sessionOn('n1'));
    const outcomes = await Promise.all(sessions.map((session) => registry.open(session)));
    assert(outcomes.some(({ kind }) => kind === 'remembered'));
    await until(degraded);
    process.kill(first.pid, 'SIGCONT');
    await until(ready);
    assert.equal(await countIn(await probe(t, url), sessions), sessions.length);
  },
);

test('a cluster with one wiped master: its records come back, one with each heartbeat', topologies, async (t) => {
  const { url, masters } = await runCluster(t);
  const { registry } = await announced(t, { url, heartbeatMs: 60_000 });
  const sessions = Array.from({ length: 12 }, () => sessionOn('n1'));
  for (const session of sessions) await registry.open(session);
  for (const { link } of masters.slice(0, 2)) await ask(link, 'FLUSHALL');
  for (let beat = 0; beat <= sessions.length; beat++) await registry.announce({ draining: false });
  const link = await probe(t, url);
  await eventually(async () => (await countIn(link, sessions)) === sessions.length);
});

const countIn = async (link: RedisLink, sessions: readonly Session[]): Promise<number> => {
  const found = await Promise.all(sessions.map(({ id }) => ask(link, 'EXISTS', sessionKey(id))));
  return found.filter((reply) => reply === 1).length;
};

const runSentinel = async (t: TestContext, master: RedisProcess): Promise<RedisProcess> => {
  const dir = await mkdtemp(join(tmpdir(), 'mooring-sentinel-'));
  t.after(() => rm(dir, { recursive: true, force: true }));
  const port = await freePort();
  const lines = [
    `port ${port}`,
    'bind 127.0.0.1',
    `dir ${dir}`,
    `sentinel monitor mymaster 127.0.0.1 ${master.port} 1`,
    'sentinel down-after-milliseconds mymaster 300',
    'sentinel failover-timeout mymaster 2000',
  ];
  const file = join(dir, 'sentinel.conf');
  await writeFile(file, lines.join('\n'));
  return runRedis(t, { port, command: [file, '--sentinel'] });
};

type Master = RedisProcess & { readonly link: RedisLink };

const runCluster = async (t: Scope): Promise<{ url: string; masters: [Master, Master, Master] }> => {
  const [a, b, c] = await Promise.all([
    runMaster(t, '0 5460'),
    runMaster(t, '5461 10922'),
    runMaster(t, '10923 16383'),
  ]);
  const masters: [Master, Master, Master] = [a.master, b.master, c.master];
  for (const [at, { link }] of masters.entries()) await ask(link, 'CLUSTER', 'SET-CONFIG-EPOCH', at + 1);
  for (const { master, bus } of [b, c]) await ask(a.master.link, 'CLUSTER', 'MEET', '127.0.0.1', master.port, bus);
  for (const { link } of masters) {
    await eventually(says(link, 'cluster_state:ok', 'CLUSTER', 'INFO'));
    await eventually(says(link, 'cluster_known_nodes:3', 'CLUSTER', 'INFO'));
    await eventually(async () => ((await ask(link, 'CLUSTER', 'SLOTS')) as unknown[]).length === 3);
  }
  return { url: `redis+cluster://${masters.map(({ port }) => `127.0.0.1:${port}`).join(',')}`, masters };
};

const runMaster = async (t: Scope, slots: string): Promise<{ master: Master; bus: number }> => {
  const bus = await freePort();
  const settings = ['--cluster-enabled', 'yes', '--cluster-port', `${bus}`, '--cluster-node-timeout', '5000'];
  const redis = await runRedis(t, { settings });
  const link = await probe(t, redis.url);
  await ask(link, 'CLUSTER', 'ADDSLOTSRANGE', ...slots.split(' '));
  return { master: { ...redis, link }, bus };
};
