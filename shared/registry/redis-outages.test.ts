import assert from 'node:assert/strict';
import test from 'node:test';
import { sessionKey } from './records.ts';
import { freePort } from './redis-process.ts';
import {
  announced,
  ask,
  because,
  degraded,
  faults,
  keysFor,
  keysIn,
  probe,
  ready,
  runRedis,
  testRegistry,
} from './test-bench.ts';
import { sessionOn } from './test-contract.ts';
import { badLine } from './test-proxy.ts';

test('Redis down at start: the node starts, and catches up when Redis is there', faults, async (t) => {
  const port = await freePort();
  const { registry, until } = testRegistry(t, { url: `redis://127.0.0.1:${port}` });
  const session = sessionOn('n1');
  assert.equal((await registry.announce({ draining: false })).kind, 'remembered');
  assert.equal((await registry.open(session)).kind, 'remembered');
  assert.equal((await registry.whereIs(sessionOn('n2').id)).kind, 'unavailable');
  await until(because(/cannot be reached/));
  const redis = await runRedis(t, { port });
  await until(ready);
  assert.deepEqual(await keysIn(await probe(t, redis.url)), keysFor(session));
});

test(
  'Redis killed and started again, empty: what lives is written again, what was closed is not',
  faults,
  async (t) => {
    const first = await runRedis(t);
    const { registry, until, lines } = await announced(t, { url: first.url });
    const [closed, late] = [sessionOn('n1'), sessionOn('n1')];
    const kept = Array.from({ length: 20 }, () => sessionOn('n1'));
    for (const session of [closed, ...kept]) await registry.open(session);
    process.kill(first.pid, 'SIGKILL');
    await until(degraded);
    assert.equal((await registry.open(late)).kind, 'remembered');
    assert.equal((await registry.close(closed.id)).kind, 'remembered');
    assert.equal((await registry.whereIs(sessionOn('n2').id)).kind, 'unavailable');
    const second = await runRedis(t, { port: first.port });
    await until(ready);
    assert.deepEqual(await keysIn(await probe(t, second.url)), keysFor(...kept, late));
    // A Redis that has just started may say that it is still loading.
    const told = lines.filter(({ trouble }) => trouble !== 'not-ready');
    assert.deepEqual(
      told.map(({ level, trouble }) => [level, trouble]),
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
    assert.deepEqual(await keysIn(await probe(t, redis.url)), keysFor(opened));
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
  assert.deepEqual(await keysIn(link), keysFor(one, two, after));
  assert.deepEqual(
    lines.map(({ msg }) => msg),
    ['Redis has lost its keys: all live sessions are written again'],
  );
});

test('one record evicted: it is found missing eventually and written again', faults, async (t) => {
  const redis = await runRedis(t);
  const { registry } = await announced(t, { url: redis.url, heartbeatMs: 60_000 });
  const sessions = [sessionOn('n1'), sessionOn('n1'), sessionOn('n1')] as const;
  for (const session of sessions) await registry.open(session);
  const link = await probe(t, redis.url);
  await ask(link, 'DEL', sessionKey(sessions[1].id));
  for (const _ of [...sessions, 'the walk begins anew']) await registry.announce({ draining: false });
  await registry.open(sessions[0]);
  assert.deepEqual(await keysIn(link), keysFor(...sessions));
});

test('a slow connection that sends byte by byte: the answers are right', faults, async (t) => {
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

test('a write with a lost answer is repeated, without effect', faults, async (t) => {
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
  assert.deepEqual(await keysIn(link), keysFor(session));
  const left = (await ask(link, 'TTL', sessionKey(session.id))) as number;
  assert(left > 2_591_980 && left <= 2_592_000);
});
