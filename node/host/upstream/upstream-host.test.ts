import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import test from 'node:test';
import { ask, initialize, open, testNode } from '../../test-bench.ts';
import { hostContract } from '../test-contract.ts';
import { headerOf, nodeBefore, testServer, withSession } from './test-server.ts';
import { upstreamHost } from './upstream-host.ts';

hostContract({
  name: 'a server elsewhere',
  resume: 'server',
  // Our own node serves as the upstream server, with its own ids.
  options: async (t) => {
    const { url } = await testNode(t, { name: 'server' });
    const health = { path: '/healthz' };
    return { makeHost: upstreamHost({ url: `${url}/mcp`, era: 'sessions', passHostHeader: false, health }) };
  },
});

const PING = { jsonrpc: '2.0', id: 'mine', method: 'ping' };
const NEW_ERA = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/list' };

test('requests of the protocol without sessions are refused so that clients fall back, or passed on with --era both', async (t) => {
  const server = await testServer(t, (_, res) => void res.end('passed'));
  const sessions = await nodeBefore(t, server);
  const { status, json } = await ask(sessions, { body: PING, headers: NEW_ERA });
  assert.deepEqual([status, json.id, json.error.code, server.seen.length], [400, 'mine', -32000, 0]);
  assert.match(json.error.message, /send initialize/);
  const opening = { body: initialize(), headers: { ...NEW_ERA, 'mcp-method': 'initialize' } };
  assert.equal((await ask(sessions, opening)).text, 'passed');
  const both = await nodeBefore(t, { ...server, era: 'both' }, { name: 'n2' });
  assert.equal((await ask(both, { body: PING, headers: NEW_ERA })).text, 'passed');
});

test('other paths, OPTIONS, redirects and 401 are left to the server; probes are not', async (t) => {
  const server = await testServer(t, ({ method, url, raw }, res) => {
    if (url === '/moved')
      return void res.writeHead(307, { location: `http://${headerOf({ raw } as never, 'host')}/to` }).end();
    if (url === '/secret') return void res.writeHead(401, { 'www-authenticate': 'Bearer realm="x"' }).end();
    res.end(`${method} ${url}`);
  });
  const node = await nodeBefore(t, server);
  const get = (path: string, method = 'GET') => ask(node, { method, path });
  assert.equal(
    (await get('/.well-known/oauth-protected-resource?a=1')).text,
    'GET /.well-known/oauth-protected-resource?a=1',
  );
  for (const path of ['/mcp', '/else']) assert.equal((await get(path, 'OPTIONS')).text, `OPTIONS ${path}`);
  assert.deepEqual([(await get('/moved')).status, (await get('/moved')).headers.location], [307, '/to']);
  assert.equal((await get('/secret')).headers['www-authenticate'], 'Bearer realm="x"');
  assert.equal((await get('/healthz')).json.status, 'ok');
});

test('if Host is rewritten, Host and Origin are checked here; if it is passed on, they are not', async (t) => {
  const server = await testServer(t, (_, res) => void res.end('{}'));
  const port = new URL(server.url).port;
  const checking = await nodeBefore(t, server, { publicHosts: ['mcp.example.com'] });
  const headers = { host: 'mcp.example.com', origin: 'https://mcp.example.com' };
  assert.equal((await ask(checking, { body: PING, headers })).status, 200);
  assert.equal(headerOf(server.seen[0]!, 'host'), `localhost:${port}`);
  for (const wrong of [{ host: 'evil.example' }, { ...headers, origin: 'https://evil.example' }])
    for (const path of ['/mcp', '/else'])
      assert.equal((await ask(checking, { path, body: PING, headers: wrong })).status, 403);
  const passing = await nodeBefore(t, { ...server, passHostHeader: true }, { name: 'n2' });
  const evil = { host: 'evil.example', origin: 'https://evil.example' };
  assert.equal((await ask(passing, { body: PING, headers: evil })).status, 200);
  assert.deepEqual(
    ['host', 'origin'].map((name) => headerOf(server.seen[1]!, name)),
    ['evil.example', 'https://evil.example'],
  );
});

test('a node’s endpoint may have another path than its server’s', async (t) => {
  const server = await testServer(t, ({ url }, res) => void res.end(url));
  const node = await nodeBefore(t, { url: `${server.url}/api/rpc/` });
  assert.equal((await ask(node, { path: '/mcp?a=1', body: initialize() })).text, '/api/rpc/?a=1');
});

test('a session id that is too long opens no session', async (t) => {
  const server = await testServer(
    t,
    withSession('x'.repeat(1025), (_, res) => void res.end()),
  );
  const node = await nodeBefore(t, server);
  const { status, json } = await ask(node, { body: initialize('mine') });
  assert.deepEqual([status, json.id, node.table.size], [500, 'mine', 0]);
});

test('health: any answer counts unless a status is required; a restarted server has a new start count', async (t) => {
  let status = 404;
  const server = await testServer(t, (_, res) => void res.writeHead(status).end());
  const health = (node: { url: string }, path = '/healthz') => ask(node, { method: 'GET', path });
  const any = await nodeBefore(t, server);
  const only = await nodeBefore(t, { ...server, health: { path: '/live?x', status: 204 } }, { name: 'n2' });
  assert.deepEqual([(await health(any)).status, (await health(only)).status], [200, 503]);
  assert.equal((await health(only)).json.server, 'it answered 404');
  assert.deepEqual(
    [(await health(only, '/readyz')).status, (await health(only, '/readyz')).json.why],
    [503, 'server down'],
  );
  status = 204;
  while ((await health(only)).status !== 200);
  assert.deepEqual([(await health(only)).json.serverStarts, (await health(only, '/readyz')).status], [1, 200]);
  assert(server.seen.every(({ method, url }) => method === 'GET' && url === '/live?x'));
});

test('health says that the server can be reached directly', async (t) => {
  const { url } = await testServer(t, (_, res) => void res.end());
  const exposedOf = async (url: string): Promise<unknown> => {
    const node = await nodeBefore(t, { url });
    return (await ask(node, { method: 'GET', path: '/healthz' })).json.exposed;
  };
  // The same server, at an address that is not known to be loopback.
  assert.deepEqual([await exposedOf(url), await exposedOf(url.replace('127.0.0.1', '0.0.0.0'))], [undefined, true]);
});

const outer = Object.values(networkInterfaces()).some((all) =>
  all?.some(({ internal, family }) => !internal && family === 'IPv4'),
);

test('and that it listens on other addresses, once that was checked', {
  skip: !outer && 'one interface only',
}, async (t) => {
  const server = createServer((_, res) => void res.end()).listen(0, '0.0.0.0');
  await once(server, 'listening');
  t.after(() => server.close());
  const node = await nodeBefore(t, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
  while (!(await ask(node, { method: 'GET', path: '/healthz' })).json.exposed);
});

test('health of another port', async (t) => {
  const other = createServer((_, res) => void res.end()).listen(0, '127.0.0.1');
  await once(other, 'listening');
  t.after(() => other.close());
  const server = await testServer(t, (_, res) => void res.writeHead(500).end());
  const { port } = other.address() as { port: number };
  const node = await nodeBefore(t, { ...server, health: { path: '/', port, status: 200 } });
  assert.equal((await ask(node, { method: 'GET', path: '/healthz' })).status, 200);
});

test('when a node stops, event streams end between two events, and the server gets a DELETE for each session', async (t) => {
  let part = 'data: {}\n\n';
  const server = await testServer(
    t,
    withSession('a', ({ method }, res) => {
      if (method === 'DELETE') return void res.end();
      res.writeHead(200, { 'content-type': 'text/event-stream' }).write(part);
    }),
  );
  const node = await nodeBefore(t, server);
  const session = (await ask(node, { body: initialize() })).headers['mcp-session-id'] as string;
  const whole = await open(node, { method: 'GET', session });
  part = 'data: {"in the middle';
  const cut = await open(node, { method: 'GET', session });
  await Promise.all([once(whole, 'readable'), once(cut, 'readable')]);
  const [told, bare] = [whole.toArray(), cut.toArray()];
  await node.stop();
  assert.match((await told).join(''), /^data: \{\}\n\nretry: \d+\n\n$/);
  assert.equal((await bare).join(''), part);
  const { method, raw } = server.seen.at(-1)!;
  assert.deepEqual([method, headerOf({ raw } as never, 'mcp-session-id')], ['DELETE', 'a']);
});
