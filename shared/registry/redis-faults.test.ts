import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { sessionOn } from './contract.ts';
import { nodeKey, sessionKey } from './records.ts';
import { freePort } from './redis-process.ts';
import { parseNodeId } from './session-id.ts';
import type { RegistryStatus, Session } from './session-registry.ts';
import { announced, ask, degraded, noRedis, probe, ready, runRedis, testRegistry } from './test-bench.ts';
import { badLine } from './test-proxy.ts';

// Far longer than any of them takes: it ends a wait that would be vain.
const faults = { skip: noRedis, timeout: 30_000 };

const n1 = parseNodeId('n1') as NonNullable<ReturnType<typeof parseNodeId>>;
const keys = async (link: Awaited<ReturnType<typeof probe>>): Promise<string[]> => {
  const found: string[] = [];
  await link.scan('mcp:*', async (batch) => found.push(...batch) > 0);
  return found.sort();
};
const keysFor = (...sessions: Session[]): string[] => [nodeKey(n1), ...sessions.map(({ id }) => sessionKey(id))].sort();
const because = (why: RegExp) => (status: RegistryStatus) => why.test(status.why ?? '');

test('Redis down at start: the node starts, and is caught up with when Redis comes', faults, async (t) => {
  const port = await freePort();
  const { registry, until } = testRegistry(t, { url: `redis://127.0.0.1:${port}` });
  const session = sessionOn('n1');
  assert.equal((await registry.announce({ draining: false })).kind, 'remembered');
  assert.equal((await registry.open(session)).kind, 'remembered');
  assert.equal((await registry.whereIs(sessionOn('n2').id)).kind, 'unavailable');
  await until(because(/cannot be reached/));
  const redis = await runRedis(t, { port });
  await until(ready);
  assert.deepEqual(await keys(await probe(t, redis.url)), keysFor(session));
});

test(
  'Redis killed and started again, empty: what lives is written again, what was closed is not',
  faults,
  async (t) => {
    const first = await runRedis(t);
    const { registry, until, lines } = await announced(t, { url: first.url });
    const [closed, kept, late] = [sessionOn('n1'), sessionOn('n1'), sessionOn('n1')];
    for (const session of [closed, kept]) await registry.open(session);
    process.kill(first.pid, 'SIGKILL');
    await until(degraded);
    assert.equal((await registry.open(late)).kind, 'remembered');
    assert.equal((await registry.close(closed.id)).kind, 'remembered');
    assert.equal((await registry.whereIs(sessionOn('n2').id)).kind, 'unavailable');
    const second = await runRedis(t, { port: first.port });
    await until(ready);
    assert.deepEqual(await keys(await probe(t, second.url)), keysFor(kept, late));
    assert.deepEqual(
      lines.map(({ level, trouble }) => [level, trouble]),
      [
        [40, 'unreachable'],
        [30, undefined],
      ],
    );
  },
);

test(
  'Redis stopped in its tracks: no call waits longer than the command timeout, and none is lost',
  faults,
  async (t) => {
    const redis = await runRedis(t);
    const { registry, until } = await announced(t, { url: redis.url });
    const [closed, opened] = [sessionOn('n1'), sessionOn('n1')];
    await registry.open(closed);
    process.kill(redis.pid, 'SIGSTOP');
    assert.equal((await registry.open(opened)).kind, 'remembered');
    assert.equal((await registry.close(closed.id)).kind, 'remembered');
    await until(because(/in time|not ready|reached/));
    process.kill(redis.pid, 'SIGCONT');
    await until(ready);
    assert.deepEqual(await keys(await probe(t, redis.url)), keysFor(opened));
  },
);

test('all keys wiped: the next heartbeat notices, and live sessions come back', faults, async (t) => {
  const redis = await runRedis(t);
  const { registry, lines } = await announced(t, { url: redis.url, heartbeatMs: 60_000 });
  const [one, two, after] = [sessionOn('n1'), sessionOn('n1'), sessionOn('n1')];
  for (const session of [one, two]) await registry.open(session);
  const link = await probe(t, redis.url);
  await ask(link, 'FLUSHALL');
  await registry.announce({ draining: false });
  await registry.open(after); // One connection, one order: the others are written before it.
  assert.deepEqual(await keys(link), keysFor(one, two, after));
  assert.deepEqual(
    lines.map(({ msg }) => msg),
    ['Redis has lost its keys: all live sessions are written again'],
  );
});

test('one record evicted: it is found missing in turn and written again', faults, async (t) => {
  const redis = await runRedis(t);
  const { registry } = await announced(t, { url: redis.url, heartbeatMs: 60_000 });
  const sessions = [sessionOn('n1'), sessionOn('n1'), sessionOn('n1')] as const;
  for (const session of sessions) await registry.open(session);
  const link = await probe(t, redis.url);
  await ask(link, 'DEL', sessionKey(sessions[1].id));
  for (const _ of [...sessions, 'the walk begins anew']) await registry.announce({ draining: false });
  await registry.open(sessions[0]);
  assert.deepEqual(await keys(link), keysFor(...sessions));
});

test('a master that becomes a replica: writes wait and go on when it, or another, is master', faults, async (t) => {
  const redis = await runRedis(t);
  const { registry, until } = await announced(t, { url: redis.url });
  const link = await probe(t, redis.url);
  const session = sessionOn('n1');
  await ask(link, 'REPLICAOF', '127.0.0.1', await freePort());
  assert.equal((await registry.open(session)).kind, 'remembered');
  await until(because(/read-only replica/));
  await ask(link, 'REPLICAOF', 'NO', 'ONE');
  await until(ready);
  assert.deepEqual(await keys(link), keysFor(session));
});

test('Redis out of memory: opening is remembered, closing and asking still work', faults, async (t) => {
  const redis = await runRedis(t);
  const { registry, until, lines } = await announced(t, { url: redis.url });
  const link = await probe(t, redis.url);
  const [closed, late] = [sessionOn('n1'), sessionOn('n1')];
  await registry.open(closed);
  await ask(link, 'CONFIG', 'SET', 'maxmemory', 1);
  await until(because(/maxmemory/));
  assert.equal((await registry.open(late)).kind, 'remembered');
  await registry.close(closed.id);
  await registry.announce({ draining: false }); // The heartbeat is refused; what is still taken is sent with it.
  assert.deepEqual(await registry.whereIs(sessionOn('n2').id), { kind: 'unknown' });
  assert.equal(await ask(link, 'EXISTS', sessionKey(closed.id)), 0);
  await ask(link, 'CONFIG', 'SET', 'maxmemory', 0);
  await until(ready);
  assert.deepEqual(await keys(link), keysFor(late));
  assert.deepEqual(
    lines.map(({ trouble }) => trouble),
    ['out-of-memory', undefined],
  );
});

test('Redis cannot save to disk (MISCONF): one line says so, and it is caught up with', faults, async (t) => {
  const redis = await runRedis(t, { settings: ['--save', '1 1', '--dbfilename', 'folder'] });
  const { registry, until, lines } = await announced(t, { url: redis.url });
  const link = await probe(t, redis.url);
  const session = sessionOn('n1');
  const [, dir = ''] = (await ask(link, 'CONFIG', 'GET', 'dir')) as string[];
  await mkdir(join(dir, 'folder', 'not-empty'), { recursive: true }); // No file can take its place.
  await ask(link, 'BGSAVE');
  await until(because(/cannot save/));
  assert.equal((await registry.open(session)).kind, 'remembered');
  await ask(link, 'CONFIG', 'SET', 'stop-writes-on-bgsave-error', 'no');
  await until(ready);
  assert.deepEqual(await keys(link), keysFor(session));
  assert.deepEqual(
    lines.map(({ trouble }) => trouble),
    ['cannot-save', undefined],
  );
});

test('a wrong password: a clear line, no secret in it, and right again once it is right', faults, async (t) => {
  const redis = await runRedis(t, { settings: ['--requirepass', 'right-secret'] });
  const url = redis.url.replace('//', '//:wrong-secret@');
  const { registry, until, lines } = testRegistry(t, { url });
  const session = sessionOn('n1');
  assert.equal((await registry.open(session)).kind, 'remembered');
  await until(because(/credentials/));
  const link = await probe(t, redis.url.replace('//', '//:right-secret@'));
  await ask(link, 'CONFIG', 'SET', 'requirepass', 'wrong-secret');
  await until(ready);
  assert.deepEqual(await keys(link), [sessionKey(session.id)]);
  assert.doesNotMatch(JSON.stringify(lines), /secret/);
  assert.equal(lines.filter(({ trouble }) => trouble === 'auth').length, 1);
});

test('no password where one is needed: told as such', faults, async (t) => {
  const redis = await runRedis(t, { settings: ['--requirepass', 'secret'] });
  const { until } = testRegistry(t, { url: redis.url });
  await until(because(/credentials/));
});

test('a slow line that sends byte by byte: the answers are right', faults, async (t) => {
  const redis = await runRedis(t);
  const line = await badLine(t, redis.port);
  line.slice = 1;
  const one = await announced(t, { url: line.url });
  const two = await announced(t, { url: line.url, node: 'n2', boot: 'b' });
  line.delayMs = 100;
  const sessions = Array.from({ length: 20 }, () => sessionOn('n1'));
  const written = await Promise.all(sessions.map((session) => one.registry.open(session)));
  assert(written.every(({ kind }) => kind === 'written'));
  const places = await Promise.all(sessions.map(({ id }) => two.registry.whereIs(id)));
  assert(places.every(({ kind }) => kind === 'wrong-node'));
});

test('a write whose answer is lost is made again, and changes nothing', faults, async (t) => {
  const redis = await runRedis(t);
  const line = await badLine(t, redis.port);
  const { registry, until } = await announced(t, { url: line.url });
  const link = await probe(t, redis.url);
  const [session, gone] = [sessionOn('n1'), sessionOn('n1')];
  await registry.open(gone);
  line.muted = true;
  const outcomes = await Promise.all([registry.open(session), registry.close(gone.id)]);
  assert.deepEqual(
    outcomes.map(({ kind }) => kind),
    ['remembered', 'remembered'],
  );
  line.muted = false;
  await until(ready);
  assert.deepEqual(await keys(link), keysFor(session));
  const left = (await ask(link, 'TTL', sessionKey(session.id))) as number;
  assert(left > 2_591_980 && left <= 2_592_000);
});

test('opening costs one write, closing one delete, a request of a known session nothing', faults, async (t) => {
  const redis = await runRedis(t);
  const { registry } = await announced(t, { url: redis.url, heartbeatMs: 60_000 });
  const link = await probe(t, redis.url);
  const sessions = Array.from({ length: 50 }, () => sessionOn('n1'));
  await ask(link, 'CONFIG', 'RESETSTAT');
  await Promise.all(sessions.map((session) => registry.open(session)));
  for (const { id } of sessions) for (let use = 0; use < 100; use++) registry.touch(id);
  await Promise.all(sessions.map(({ id }) => registry.close(id)));
  for (const { id } of sessions) await registry.whereIs(id);
  await registry.whereIs(sessionOn('n2').id);
  const stats = String(await ask(link, 'INFO', 'commandstats'));
  const calls = Object.fromEntries([...stats.matchAll(/cmdstat_(\w+):calls=(\d+)/g)].map(([, name, n]) => [name, n]));
  assert.deepEqual(
    { set: calls.set, del: calls.del, get: calls.get, exists: calls.exists },
    {
      set: '50',
      del: '50',
      get: '2',
      exists: undefined,
    },
  );
});

test('a used session renews its record after an hour, with the next heartbeat', faults, async (t) => {
  const redis = await runRedis(t);
  let now = Date.now();
  const { registry } = await announced(t, { url: redis.url, heartbeatMs: 60_000, now: () => now });
  const link = await probe(t, redis.url);
  const [used, other] = [sessionOn('n1'), sessionOn('n1')];
  await registry.open(used);
  const shortLived = async () => void (await ask(link, 'EXPIRE', sessionKey(used.id), 100));
  await shortLived();
  now += 3_599_000;
  registry.touch(used.id);
  await registry.announce({ draining: false });
  await registry.open(other);
  assert(((await ask(link, 'TTL', sessionKey(used.id))) as number) <= 100);
  now += 1000;
  registry.touch(used.id);
  await registry.announce({ draining: false });
  await registry.open(other);
  assert(((await ask(link, 'TTL', sessionKey(used.id))) as number) > 2_591_980);
});

test('two processes of one name are found out', faults, async (t) => {
  const redis = await runRedis(t);
  const one = await announced(t, { url: redis.url, heartbeatMs: 60_000 });
  const two = await announced(t, { url: redis.url, boot: 'b', heartbeatMs: 60_000 });
  await one.registry.announce({ draining: false });
  await two.registry.announce({ draining: false });
  assert.deepEqual([one.registry.status().rival, two.registry.status().rival], ['b', 'a']);
});

test('10,000 sessions opened and closed while Redis is down leave nothing behind', faults, async (t) => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const { registry, until } = testRegistry(t, { url: `redis://127.0.0.1:${await freePort()}` });
  await until(because(/reached/));
  const operate = async (times: number) => {
    for (let turn = 0; turn < times; turn++) {
      const session = sessionOn('n1');
      await registry.open(session);
      registry.touch(session.id);
      await registry.whereIs(session.id);
      await registry.close(session.id);
    }
  };
  await operate(500);
  collect();
  const before = process.memoryUsage().heapUsed;
  await operate(10_000);
  collect();
  const grown = process.memoryUsage().heapUsed - before;
  t.diagnostic(`heap growth: ${(grown / 1024 / 1024).toFixed(1)} MiB`);
  assert(grown < 10 * 1024 * 1024);
  assert.equal(registry.status().pending, 0);
});

test('10,000 deletes for which Redis is down are bounded, and made when it is back', faults, async (t) => {
  const port = await freePort();
  const { registry, until } = testRegistry(t, { url: `redis://127.0.0.1:${port}`, maxDeletes: 9000 });
  for (let turn = 0; turn < 10_000; turn++) await registry.close(sessionOn('n2').id);
  assert.deepEqual([registry.status().pending, registry.status().dropped], [9000, 1000]);
  await runRedis(t, { port });
  await until(ready);
  assert.equal(registry.status().pending, 0);
});

test('10,000 live sessions are written again after a restart', faults, async (t) => {
  const first = await runRedis(t);
  const { registry, until } = await announced(t, { url: first.url });
  const sessions = Array.from({ length: 10_000 }, () => sessionOn('n1'));
  await Promise.all(sessions.map((session) => registry.open(session)));
  while (registry.status().pending > 0) await registry.announce({ draining: false });
  process.kill(first.pid, 'SIGKILL');
  await until(degraded);
  const second = await runRedis(t, { port: first.port });
  const started = performance.now();
  await until(ready);
  t.diagnostic(`recovered ${Math.round(performance.now() - started)} ms after Redis took connections again`);
  assert.equal(await ask(await probe(t, second.url), 'DBSIZE'), 10_001);
});
