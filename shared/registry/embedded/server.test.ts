import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import test, { type TestContext } from 'node:test';
import { ask, probe } from '../test-bench.ts';
import { startEmbeddedRedis } from './server.ts';

const start = async (t: TestContext, now?: () => number) => {
  const redis = await startEmbeddedRedis(now ? { now } : {});
  t.after(redis.stop);
  return redis;
};

const sayRaw = async (url: string, bytes: string | Buffer): Promise<string> => {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  let said = '';
  socket.on('data', (chunk) => (said += chunk));
  socket.write(bytes);
  await once(socket, 'close');
  return said;
};

test('another process sees what this one wrote', async (t) => {
  const { url } = await start(t);
  const link = await probe(t, url);
  await ask(link, 'SET', 'greeting', 'grüße');
  const script = `
    import { Redis } from 'ioredis';
    const redis = new Redis(${JSON.stringify(url)}, { db: 0 });
    process.stdout.write(await redis.get('greeting'));
    await redis.set('answer', 42);
    await redis.quit();`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said] = await once(child.stdout, 'data');
  await once(child, 'exit');
  assert.equal(String(said), 'grüße');
  assert.equal(await ask(link, 'GET', 'answer'), '42');
});

test('a client with the defaults of ioredis, which begin with HELLO 3, connects', async (t) => {
  const { url } = await start(t);
  const link = await probe(t, url, { protocol: 3, disableClientInfo: false });
  assert.equal(await ask(link, 'PING'), 'PONG');
});

test('keys expire by the clock, read or not', async (t) => {
  let now = 1_700_000_000_500;
  const link = await probe(t, (await start(t, () => now)).url);
  await ask(link, 'SET', 'short', 'x', 'PX', 1000);
  await ask(link, 'SET', 'long', 'x', 'EX', 100);
  await ask(link, 'SET', 'past', 'x', 'PXAT', 1000);
  now += 999;
  assert.deepEqual([await ask(link, 'PTTL', 'short'), await ask(link, 'TTL', 'long')], [1, 99]);
  now += 1;
  const left = await Promise.all([ask(link, 'GET', 'short'), ask(link, 'TTL', 'short'), ask(link, 'DBSIZE')]);
  assert.deepEqual(left, [null, -2, 1]);
  assert.deepEqual(await ask(link, 'TIME'), ['1700000001', '500000']);
});

test('SCAN returns every key that stays, while others come and go', async (t) => {
  const link = await probe(t, (await start(t)).url);
  const staying = Array.from({ length: 100 }, (_, at) => `stays:${at}`);
  for (const key of staying) await ask(link, 'MSET', key, '', `goes:${key}`, '');
  const seen = new Set<string>();
  let cursor = '0';
  do {
    const page = (await ask(link, 'SCAN', cursor, 'MATCH', 'stays:*', 'COUNT', 7)) as [string, string[]];
    cursor = page[0];
    for (const key of page[1]) seen.add(key);
    for (const key of page[1]) await ask(link, 'DEL', `goes:${key}`);
    await ask(link, 'SET', `comes:${cursor}`, '');
  } while (cursor !== '0');
  assert.deepEqual([...seen].sort(), staying.sort());
});

test('garbage ends its own connection only', async (t) => {
  const { url } = await start(t);
  const link = await probe(t, url);
  assert.equal(
    await sayRaw(url, '*1\r\n$4\r\nPING\r\n*1\r\n$99999999999\r\n'),
    '+PONG\r\n-ERR Protocol error: invalid bulk length\r\n',
  );
  assert.match(await sayRaw(url, Buffer.alloc(70_000, 0xff)), /^-ERR Protocol error: too big inline request/);
  assert.equal(await sayRaw(url, 'QUIT\r\nPING\r\n'), '+OK\r\n');
  assert.equal(await ask(link, 'PING'), 'PONG');
});

test('a page that makes a browser post commands gets no answer, and none is executed', async (t) => {
  const { url } = await start(t);
  const link = await probe(t, url);
  await ask(link, 'SET', 'kept', '1');
  const rest = ' HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/plain\r\n\r\nDEL kept\r\nQUIT\r\n';
  for (const method of ['POST /', 'post /', 'GET /', 'PUT /']) await sayRaw(url, method + rest);
  assert.equal(await ask(link, 'EXISTS', 'kept'), 1);
});

test('a client that leaves during a request leaves nothing behind', async (t) => {
  const { url } = await start(t);
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  await once(socket, 'connect');
  socket.write('*3\r\n$3\r\nSET\r\n$1\r\na\r\n$5\r\nhal');
  socket.resetAndDestroy();
  await once(socket, 'close');
  assert.equal(await ask(await probe(t, url), 'EXISTS', 'a'), 0);
});
