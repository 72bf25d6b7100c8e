import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const beside = (name: string): string => join(fileURLToPath(import.meta.url), '..', name);

const runAgainst = async (t: test.TestContext, answer: http.RequestListener, [program, ...args]: string[]) => {
  const server = http.createServer(answer).listen(0, '127.0.0.1');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', beside(program!), url, ...args]);
  return JSON.parse(stdout);
};

test('the generator of load counts what was answered, and every answer but 200 as an error', async (t) => {
  let served = 0;
  const seen = new Set<string>();
  const figures = await runAgainst(
    t,
    (request, response) => {
      seen.add(`${request.method} ${request.headers.cookie}`);
      request.resume();
      request.on('end', () => response.writeHead(served++ === 0 ? 502 : 200, { 'content-length': 2 }).end('ok'));
    },
    ['generator.ts', '0.1', '2', 'POST', 'a=b', '{}'],
  );
  assert.equal(figures.requests, served);
  assert.equal(figures.errors, 1);
  assert.deepEqual([...seen], ['POST a=b']);
});

test('the listener counts events and their delay', async (t) => {
  const figures = await runAgainst(
    t,
    (_request, response) => {
      response.writeHead(200);
      for (let i = 0; i < 3; i++) response.write(`data: ${process.hrtime.bigint()}\n\n`);
    },
    ['listener.ts', '0.2', '2', 'a=b'],
  );
  assert.equal(figures.events, 6);
  assert.ok(figures.p50 > 0 && figures.p99 >= figures.p50);
});
