import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import test from 'node:test';
import { freePorts, holdPort } from './free-ports.ts';

test('a port that is held is nobody else’s until it is let go', async () => {
  const [port] = (await freePorts(1)) as [number];
  const letGo = await holdPort(port);
  await assert.rejects(holdPort(port), /EADDRINUSE/);
  await letGo();
  await letGo();
  const server = net.createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  server.close();
});
