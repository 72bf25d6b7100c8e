import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { type TestContext } from 'node:test';
import { measurePaced } from './paced.ts';

/** Answers the first `answered` requests of each connection, and resets it on the next one. */
const listen = async (t: TestContext, answered: number): Promise<string> => {
  const counts = new WeakMap<object, number>();
  const server = createServer((req, res) => {
    const count = (counts.get(req.socket) ?? 0) + 1;
    counts.set(req.socket, count);
    if (count > answered) return void req.socket.resetAndDestroy();
    res.end('{}');
  });
  t.after(() => server.close());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const LOAD = { sessions: ['n1.a'], cookie: 'pin=a', perSecond: 40, seconds: 0.3 };

test('a kept-alive connection that the server resets is replaced by a new one', async (t) =>
  assert.ok((await measurePaced(await listen(t, 1), LOAD)).p50 > 0));

test('a server that resets new connections ends the measurement with its error', async (t) =>
  assert.rejects(measurePaced(await listen(t, 0), LOAD), { code: 'ECONNRESET' }));
