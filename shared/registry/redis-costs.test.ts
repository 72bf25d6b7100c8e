import assert from 'node:assert/strict';
import test from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { sessionKey } from './records.ts';
import { freePort } from './redis-process.ts';
import { announced, ask, because, degraded, faults, probe, ready, runRedis, testRegistry } from './test-bench.ts';
import { sessionOn } from './test-contract.ts';

test('opening costs one write, closing one delete, and a request of a known session nothing', faults, async (t) => {
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

test('a clock that is set an hour ahead renews no record', faults, async (t) => {
  const redis = await runRedis(t);
  const { registry } = await announced(t, { url: redis.url, heartbeatMs: 60_000 });
  const link = await probe(t, redis.url);
  const [used, other] = [sessionOn('n1'), sessionOn('n1')];
  await registry.open(used);
  await ask(link, 'EXPIRE', sessionKey(used.id), 100);
  const now = Date.now();
  t.mock.method(Date, 'now', () => now + 3_600_000);
  registry.touch(used.id);
  await registry.announce({ draining: false });
  await registry.open(other);
  assert(((await ask(link, 'TTL', sessionKey(used.id))) as number) <= 100);
});

test('two processes with the same name are detected', faults, async (t) => {
  const redis = await runRedis(t);
  const one = await announced(t, { url: redis.url, heartbeatMs: 60_000 });
  const two = await announced(t, { url: redis.url, boot: 'b', heartbeatMs: 60_000 });
  await one.registry.announce({ draining: false });
  await two.registry.announce({ draining: false });
  assert.deepEqual([one.registry.status().rival, two.registry.status().rival], ['b', 'a']);
  await one.registry.announce({ draining: false });
  const told = one.lines.filter((line) => JSON.stringify(line).includes('by the name of this node'));
  assert.equal(told.length, 1);
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

test('10,000 deletes while Redis is down are limited, and sent when it is back', faults, async (t) => {
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
