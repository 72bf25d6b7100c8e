import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { createDatabases, runCommand } from './embedded/commands.ts';
import { bulk, encodeReply } from './embedded/reply.ts';
import { RequestParser } from './embedded/request-parser.ts';
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

test('a master that becomes a replica: writes wait until it, or another, is master', faults, async (t) => {
  const redis = await runRedis(t);
  const { registry, until } = await announced(t, { url: redis.url });
  const link = await probe(t, redis.url);
  const session = sessionOn('n1');
  await ask(link, 'REPLICAOF', '127.0.0.1', await freePort());
  assert.equal((await registry.open(session)).kind, 'remembered');
  await until(because(/read-only replica/));
  await ask(link, 'REPLICAOF', 'NO', 'ONE');
  await until(ready);
  assert.deepEqual(await keysIn(link), keysFor(session));
});

test('the master moves behind the same name: the old one refuses, so the name is resolved again', faults, async (t) => {
  const [old, next] = [await runRedis(t), await runRedis(t)];
  const line = await badLine(t, old.port);
  const { registry, until } = await announced(t, { url: line.url });
  const session = sessionOn('n1');
  await registry.open(session);
  line.port = next.port;
  await ask(await probe(t, old.url), 'REPLICAOF', '127.0.0.1', next.port);
  await until(degraded);
  await until(ready);
  assert.deepEqual(await keysIn(await probe(t, next.url)), keysFor(session));
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
  assert.deepEqual(await keysIn(link), keysFor(late));
  assert.deepEqual(
    lines.map(({ trouble }) => trouble),
    ['out-of-memory', undefined],
  );
});

test('Redis cannot save to disk (MISCONF): one log line says so, and the node catches up', faults, async (t) => {
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
  assert.deepEqual(await keysIn(link), keysFor(session));
  assert.deepEqual(
    lines.map(({ trouble }) => trouble),
    ['cannot-save', undefined],
  );
});

test('a wrong password: a clear log line without the secret, and recovery once it is right', faults, async (t) => {
  const redis = await runRedis(t, { settings: ['--requirepass', 'right-secret'] });
  const url = redis.url.replace('//', '//:wrong-secret@');
  const { registry, until, lines } = testRegistry(t, { url });
  const session = sessionOn('n1');
  assert.equal((await registry.open(session)).kind, 'remembered');
  await until(because(/credentials/));
  const link = await probe(t, redis.url.replace('//', '//:right-secret@'));
  await ask(link, 'CONFIG', 'SET', 'requirepass', 'wrong-secret');
  await until(ready);
  assert.deepEqual(await keysIn(link), [sessionKey(session.id)]);
  assert.doesNotMatch(JSON.stringify(lines), /secret/);
  assert.equal(lines.filter(({ trouble }) => trouble === 'auth').length, 1);
});

test('a missing password: reported as such', faults, async (t) => {
  const redis = await runRedis(t, { settings: ['--requirepass', 'secret'] });
  const { until } = testRegistry(t, { url: redis.url });
  await until(because(/credentials/));
});

test('Redis that is still loading: reported, waited for, and caught up with', faults, async (t) => {
  const redis = await loadingRedis(t);
  const { registry, until } = testRegistry(t, { url: redis.url });
  assert.equal((await registry.open(sessionOn('n1'))).kind, 'remembered');
  await until(because(/not ready/));
  redis.loaded();
  await until(ready);
  assert.equal(registry.status().pending, 0);
});

test('foreign data under our keys is not a record', faults, async (t) => {
  const redis = await runRedis(t);
  const { registry } = await announced(t, { url: redis.url });
  const link = await probe(t, redis.url);
  const [list, text, misplaced] = [sessionOn('n1'), sessionOn('n2'), sessionOn('n2')];
  await ask(link, 'LPUSH', sessionKey(list.id), 'x');
  await ask(link, 'SET', sessionKey(text.id), '"}{');
  await ask(link, 'SET', sessionKey(misplaced.id), '{"node":"n3","boot":"a","created":1}');
  for (const { id } of [list, text, misplaced]) assert.deepEqual(await registry.whereIs(id), { kind: 'unknown' });
  assert.deepEqual(await registry.sessions(), { kind: 'listed', items: [], complete: true });
  assert.equal(registry.status().state, 'ready');
});

/** Like a Redis with much data on disk: it accepts connections, but does not serve yet. */
const loadingRedis = async (t: TestContext): Promise<{ url: string; loaded: () => void }> => {
  const databases = createDatabases(Date.now);
  let loading = true;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    const parser = new RequestParser();
    const context = { databases, now: Date.now, clientId: 1, selected: 0, name: '', closing: false };
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => {
      for (const request of parser.push(chunk).requests) {
        const asked = loading && request[0]?.toUpperCase() === 'INFO';
        const reply = asked ? bulk('loading:1\r\nloading_eta_seconds:0.05\r\n') : runCommand(request, context);
        socket.write(encodeReply(reply), 'latin1');
      }
    });
  });
  server.listen(0, '127.0.0.1');
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  await once(server, 'listening');
  const loaded = () => {
    loading = false;
  };
  return { url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`, loaded };
};
