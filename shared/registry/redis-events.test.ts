import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import test from 'node:test';
import { silentLog } from '../log.ts';
import { createDatabases, runCommand } from './embedded/commands.ts';
import { encodeReply } from './embedded/reply.ts';
import { RequestParser } from './embedded/request-parser.ts';
import { redisEvents } from './redis-events.ts';

test('losing a connection while subscribing leaves no unhandled rejection', async (t) => {
  const subscribing = new EventEmitter();
  const databases = createDatabases(Date.now);
  let connections = 0;
  const server = createServer((socket) => {
    const isFirst = ++connections === 1;
    const parser = new RequestParser();
    const context = { databases, now: Date.now, clientId: 1, selected: 0, name: '', closing: false };
    socket.on('error', () => undefined);
    socket.on('data', (data) => {
      for (const request of parser.push(data).requests) {
        if (!/^subscribe$/i.test(request[0] ?? '')) socket.write(encodeReply(runCommand(request, context)));
        else if (!isFirst) socket.destroy();
        else socket.write('*3\r\n$9\r\nsubscribe\r\n$12\r\nmcp:events:0\r\n:1\r\n', () => socket.end());
        if (/^subscribe$/i.test(request[0] ?? '')) subscribing.emit('subscribe');
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => void server.close());
  const unhandled: unknown[] = [];
  const onUnhandled = (error: unknown): void => void unhandled.push(error);
  process.on('unhandledRejection', onUnhandled);
  t.after(() => void process.off('unhandledRejection', onUnhandled));
  const url = `redis://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const registry = { publish: async () => true };
  const events = redisEvents({ url, registry, node: 'n1', log: silentLog(), onText: () => undefined });
  for (let times = 0; times < 4; times++) await once(subscribing, 'subscribe');
  await events.quit();
  await new Promise(setImmediate);
  assert.deepEqual(unhandled, []);
});
