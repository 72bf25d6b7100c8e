import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import test from 'node:test';
import { HttpClient } from './http-client.ts';

test('a server that switches protocols unasked is a failure, not the end of doctor', async (t) => {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', () =>
      socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: a\r\nConnection: Upgrade\r\n\r\n'),
    );
  }).listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const options = { origin, headers: {}, insecure: false, most: 1, signal: new AbortController().signal };
  const answer = await new HttpClient(options).ask({ method: 'GET', path: '/mcp' });
  assert.deepEqual([answer.kind, 'code' in answer && answer.code], ['failed', 'UPGRADED']);
});
