import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import test from 'node:test';
import { ask, initialize, MCP_HEADERS, openSession, testNode } from '../test-bench.ts';

const PATHS = ['/mcp', '/graphql', '/sse', '/messages'];

test('a foreign Origin is a 403 on every path and method', async (t) => {
  const node = await testNode(t);
  for (const path of PATHS)
    for (const method of ['GET', 'POST', 'DELETE', 'OPTIONS']) {
      const answer = await ask(node, { path, method, headers: { origin: 'http://evil.example' } });
      assert.deepEqual([answer.status, answer.headers['access-control-allow-origin']], [403, undefined]);
    }
});

test('a foreign Host is a 403, and health checks by address are answered', async (t) => {
  const node = await testNode(t, { publicHosts: ['mcp.example.com'] });
  for (const host of ['evil.example', 'localhost.evil.com', '127.0.0.1.nip.io', '10.0.0.7:8080']) {
    assert.equal((await ask(node, { body: initialize(), headers: { host } })).status, 403);
    assert.equal((await ask(node, { path: '/healthz', method: 'GET', headers: { host } })).status, 200);
  }
  for (const host of ['mcp.example.com', 'mcp.example.com:8443', 'localhost', '[::1]:80'])
    assert.equal((await ask(node, { body: initialize(), headers: { host } })).status, 200);
});

test('a node answers to the host of its own URL', async (t) => {
  const node = await testNode(t, { url: 'http://10.0.0.7:8081' });
  assert.equal((await ask(node, { body: initialize(), headers: { host: '10.0.0.7:8081' } })).status, 200);
});

test('browsers of an allowed origin may read the session id and the node', async (t) => {
  const node = await testNode(t, { origins: ['https://app.example.org'] });
  const origin = 'https://app.example.org';
  const preflight = await ask(node, { method: 'OPTIONS', headers: { origin } });
  assert.equal(preflight.status, 204);
  assert.match(preflight.headers['access-control-allow-headers'] ?? '', /Mcp-Session-Id/);
  const { headers } = await ask(node, { body: initialize(), headers: { origin } });
  assert.equal(headers['access-control-allow-origin'], origin);
  assert.match(headers['access-control-expose-headers'] ?? '', /Mcp-Session-Id.*x-mooring-node/);
});

const talk = async (node: { url: string }, text: string): Promise<string> => {
  const socket = connect(Number(new URL(node.url).port), '127.0.0.1');
  socket.on('error', () => undefined);
  let answer = '';
  socket.on('data', (chunk) => {
    answer += chunk;
  });
  // Not ended from here: an HTTP server would take that as the client leaving.
  socket.write(text);
  await once(socket, 'close');
  return answer;
};

const post = (extra: string): string => {
  const body = JSON.stringify(initialize());
  const lines = [
    'POST /mcp HTTP/1.1',
    `accept: ${MCP_HEADERS.accept}`,
    'content-type: application/json',
    `content-length: ${body.length}`,
    'connection: close',
  ];
  return `${lines.join('\r\n')}\r\n${extra}\r\n${body}`;
};

for (const [what, extra, status] of [
  ['two hosts', 'host: localhost\r\nhost: evil.example\r\n', 400],
  ['no host', '', 400],
  ['headers of 17 KB', `host: localhost\r\nx: ${'x'.repeat(17_000)}\r\n`, 431],
  ['a header that is none', 'host: localhost\r\nx y\r\n', 400],
  ['h2c, which Java offers', 'host: localhost\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABk\r\n', 200],
  ['a trailer announced', 'host: localhost\r\ntrailer: x\r\n', 200],
  ['an expectation that nobody can meet', 'host: localhost\r\nexpect: banana\r\n', 417],
] as const)
  test(`${what}: ${status}`, async (t) => {
    const node = await testNode(t);
    const answer = await talk(node, post(extra));
    assert.match(answer, new RegExp(`^HTTP/1.1 ${status} `));
    if (status !== 417 && what !== 'no host') assert.match(answer, /x-mooring-node: n1/i);
    assert.equal((await ask(node, { body: initialize() })).status, 200);
  });

test('the session id is found behind a thousand other headers', async (t) => {
  const node = await testNode(t);
  const session = await openSession(node);
  const many = Object.fromEntries(Array.from({ length: 1100 }, (_, i) => [`h${i}`, 'v']));
  const body = { jsonrpc: '2.0', id: 1, method: 'ping' };
  const { status } = await ask(node, { body, headers: { ...many, 'mcp-session-id': session } });
  assert.equal(status, 200);
});

test('idle connections stay open longer than Traefik keeps them', async (t) => {
  const { server } = await testNode(t);
  assert(server.keepAliveTimeout > 90_000);
  assert(server.headersTimeout > server.keepAliveTimeout);
});

test('an unexpected error is a 500 without details', async (t) => {
  const node = await testNode(t);
  node.table.find = () => {
    throw new Error('secret');
  };
  const { status, text } = await ask(node, { session: 'any', body: initialize() });
  assert.equal(status, 500);
  assert(!text.includes('secret'));
});

test("a team's routes are asked for all paths but the endpoint and the probes, by hosts that are ours", async (t) => {
  const asked: string[] = [];
  const node = await testNode(t, {
    ownRoutes: async ({ url = '', method }, res) => {
      asked.push(`${method} ${url}`);
      if (url === '/else') return false;
      res.end('theirs');
      return true;
    },
  });
  const own = '/.well-known/oauth-protected-resource/mcp';
  for (const path of [own, '/graphql']) assert.equal((await ask(node, { path, method: 'GET' })).text, 'theirs');
  assert.equal((await ask(node, { path: own, method: 'OPTIONS' })).text, 'theirs');
  assert.equal((await ask(node, { path: '/else', method: 'GET' })).status, 404);
  for (const path of ['/healthz', '/mcp', '/mcp/']) await ask(node, { path, method: 'GET' });
  const elsewhere = { host: 'evil.example' };
  assert.equal((await ask(node, { path: own, method: 'GET', headers: elsewhere })).status, 403);
  assert.deepEqual(asked, [`GET ${own}`, 'GET /graphql', `OPTIONS ${own}`, 'GET /else']);
});
