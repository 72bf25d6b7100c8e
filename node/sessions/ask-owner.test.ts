import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createHttp } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import test, { type TestContext } from 'node:test';
import type { OwnerState } from '../core/which-404.ts';
import { askOwner, askOwners } from './ask-owner.ts';
import { JUST_BACK } from './just-back.ts';

const listening = async (t: TestContext, server: Server): Promise<string> => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

test('a node that answers is alive; what it says about the server behind it counts', async (t) => {
  const paths: unknown[] = [];
  const word = { 200: 'answers', 500: 'answers', 503: 'refuses', 504: 'silent' } as const;
  for (const [status, expected] of Object.entries(word)) {
    const answering = createHttp(({ url }, res) => {
      paths.push(url);
      res.writeHead(Number(status)).end();
    });
    assert.equal(await askOwner(await listening(t, answering), 'n1'), expected);
  }
  assert.deepEqual(new Set(paths), new Set(['/healthz']));
});

test('a node that reports a standstill counts as silent: proxies may not have noticed its return', async (t) => {
  const server = createHttp((_, res) => void res.writeHead(200, { [JUST_BACK]: '1' }).end());
  assert.equal(await askOwner(await listening(t, server), 'n1'), 'silent');
});

test('if another node answers, the owner of the session is gone', async (t) => {
  const server = createHttp((_, res) => void res.writeHead(200, { 'x-mooring-node': 'k7q2' }).end());
  const url = await listening(t, server);
  assert.equal(await askOwner(url, 'n1'), 'replaced');
  assert.equal(await askOwner(url, 'k7q2'), 'answers');
});

test('an invalid node URL is unreachable', async () => {
  for (const url of [
    '',
    'n1',
    'ftp://n1',
    'file:///etc/passwd',
    'javascript:1',
    'http://',
    'http://[',
    'http://n1:99999',
  ])
    assert.equal(await askOwner(url, 'n1'), 'unreachable', url);
});

test('a refused connection means that the node is gone', async (t) => {
  const server = createServer();
  const url = await listening(t, server);
  server.close();
  await once(server, 'close');
  assert.equal(await askOwner(url, 'n1'), 'refuses');
});

test('a node that accepts but does not answer, or disconnects, is silent', async (t) => {
  const silent = createServer((socket) => t.after(() => socket.destroy()));
  assert.equal(await askOwner(await listening(t, silent), 'n1'), 'silent');
  assert.equal(
    await askOwner(
      await listening(
        t,
        createServer((socket) => socket.resetAndDestroy()),
      ),
      'n1',
    ),
    'silent',
  );
});

test('a hundred requests in a second ask each owner once', async () => {
  const asked: string[] = [];
  let now = 0;
  const ask = askOwners(
    async (url) => {
      asked.push(url);
      return 'silent';
    },
    () => now,
  );
  await Promise.all(Array.from({ length: 100 }, (_, i) => ask(i % 2 ? 'http://a' : 'http://b', 'n1')));
  assert.deepEqual(asked, ['http://b', 'http://a']);
  now = 999;
  assert.equal(await ask('http://a', 'n1'), 'silent');
  now = 1000;
  await ask('http://a', 'n1');
  assert.deepEqual(asked, ['http://b', 'http://a', 'http://a']);
});

test('after a silence a node counts as silent until the proxies’ health checks have seen it', async () => {
  let now = 0;
  let word: OwnerState = 'silent';
  const ask = askOwners(
    async () => word,
    () => now,
  );
  assert.equal(await ask('http://a', 'n1'), 'silent');
  word = 'answers';
  now = 4999;
  assert.equal(await ask('http://a', 'n1'), 'silent');
  now = 6000;
  assert.equal(await ask('http://a', 'n1'), 'answers');
});
