import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import test from 'node:test';
import { freePorts, holdPort } from './free-ports.ts';

test('a held port is not chosen again until it is released', async () => {
  const [port] = (await freePorts(1)) as [number];
  const letGo = await holdPort(port);
  await assert.rejects(holdPort(port), /EADDRINUSE/);
  await letGo();
  await letGo();
  const server = net.createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  server.close();
});

const CHOOSE = `import { freePorts } from '${new URL('./free-ports.ts', import.meta.url)}';
console.log((await freePorts(150)).join());
process.stdin.resume();`;

test('processes that choose at the same time never choose the same port, though none uses its ports yet', async (t) => {
  const choose = async () => {
    const child = spawn(process.execPath, ['--import', 'tsx/esm', '--input-type=module', '-e', CHOOSE]);
    t.after(() => child.kill('SIGKILL'));
    return String((await once(child.stdout, 'data'))[0])
      .trim()
      .split(',')
      .map(Number);
  };
  const ports = (await Promise.all([choose(), choose(), choose(), freePorts(1500)])).flat();
  assert.equal(ports.length, 1950);
  assert.equal(new Set(ports).size, ports.length);
});
