import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import test from 'node:test';
import { choosePort } from './port-choice.ts';

test('for a taken port the next free one is chosen, and the owner is named', async (t) => {
  const server = createServer().listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const choice = await choosePort('127.0.0.1', port);
  assert.ok(choice.port > port);
  assert.equal(choice.taken?.port, port);
  if (existsSync('/proc/net/tcp')) assert.equal(choice.taken.by?.pid, process.pid);
});

test('a free port is used as given', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  assert.deepEqual(await choosePort('127.0.0.1', port), { port });
});
