import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import test from 'node:test';
import { isGone } from './is-gone.ts';

test('a node is gone when its machine refuses the connection, and only then', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  assert.equal(await isGone(url), false);
  server.close();
  await once(server, 'close');
  assert.equal(await isGone(url), true);
});
