import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { type TestContext } from 'node:test';
// The client alone can only dispatch: loading all of undici adds the methods that these tests use.
import 'undici';
import { Upstream } from './upstream.ts';

const transport = {
  name: 't',
  at: undefined,
  serverName: '',
  insecureSkipVerify: false,
  rootCAs: [],
  maxIdleConnsPerHost: 1,
  dialTimeout: 1000,
  responseHeaderTimeout: 0,
  idleConnTimeout: 90_000,
};

const serve = async (t: TestContext): Promise<http.Server> => {
  const server = http.createServer((_req, res) => res.end('ok')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return server;
};

const upstreamTo = (t: TestContext, server: http.Server): Upstream => {
  const upstream = new Upstream(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, transport, {});
  t.after(() => upstream.destroy());
  return upstream;
};

const use = async (upstream: Upstream): Promise<ReturnType<Upstream['take']>> => {
  const connection = upstream.take();
  const answer = await connection.client.request({ method: 'GET', path: '/' });
  await answer.body.text();
  return connection;
};

test('a returned connection is taken next, and is marked as reused', async (t) => {
  const upstream = upstreamTo(t, await serve(t));
  const first = await use(upstream);
  assert.equal(first.reused, false);
  upstream.giveBack(first);
  const second = upstream.take();
  assert.equal(second, first);
  assert.equal(second.reused, true);
});

test('a connection in use is never given twice', async (t) => {
  const upstream = upstreamTo(t, await serve(t));
  assert.notEqual(upstream.take(), upstream.take());
});

test('a connection that the server has closed is not reused', async (t) => {
  const server = await serve(t);
  const upstream = upstreamTo(t, server);
  const first = await use(upstream);
  upstream.giveBack(first);
  const gone = once(first.client, 'disconnect');
  server.closeAllConnections();
  await gone;
  assert.notEqual(upstream.take(), first);
});

test('no more stay idle than the transport allows', async (t) => {
  const upstream = upstreamTo(t, await serve(t));
  const [first, second] = [await use(upstream), await use(upstream)];
  upstream.giveBack(first);
  upstream.giveBack(second);
  assert.equal(second.client.destroyed, true);
  assert.equal(upstream.take(), first);
});

test('closing ends idle connections now, and busy ones when they are returned', async (t) => {
  const upstream = upstreamTo(t, await serve(t));
  const [idle, busy] = [await use(upstream), await use(upstream)];
  upstream.giveBack(idle);
  upstream.close();
  assert.equal(idle.client.destroyed, true);
  assert.equal(busy.client.destroyed, false);
  upstream.giveBack(busy);
  assert.equal(busy.client.destroyed, true);
});
