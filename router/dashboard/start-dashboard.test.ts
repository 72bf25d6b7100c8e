import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type IncomingHttpHeaders, request } from 'node:http';
import test, { type TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';
import { loadAsset, loadPage, PAGE_FILES, VENDOR_FILES } from './assets.ts';
import type { ClusterView } from './cluster-view.ts';
import { enter } from './enter.ts';
import { startDashboard } from './start-dashboard.ts';
import { listen, startRouter } from './test-bench.ts';

type Answer = { readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: string };
type Ask = { readonly method?: string; readonly headers?: Record<string, string>; readonly body?: unknown };

/** Unlike fetch: with any Host and any Origin. */
const ask = async (url: string, { method = 'GET', headers = {}, body }: Ask = {}): Promise<Answer> => {
  const asked = request(url, { method, headers, agent: false });
  asked.end(body === undefined ? undefined : JSON.stringify(body));
  const [res] = await once(asked, 'response');
  let text = '';
  for await (const chunk of res) text += chunk;
  return { status: res.statusCode, headers: res.headers, body: text };
};

/** A cluster of one node that records its actions. */
const clusterOf = (asked: string[]): ClusterView => {
  const doing = (action: string) => async (node: string) => void asked.push(`${action} ${node}`);
  return {
    nodes: () => [{ id: 'n1', url: 'http://127.0.0.1:1', state: 'up', pid: 1, draining: false, restarts: 0 }],
    sessions: async () => [],
    subscribe: () => () => {},
    cutStreams: async () => void asked.push('cut'),
    kill: doing('kill'),
    start: doing('start'),
    restart: doing('restart'),
    freeze: async () => {
      throw new Error('n1 is down');
    },
    thaw: doing('thaw'),
    drain: doing('drain'),
    undrain: doing('undrain'),
  };
};

const start = async (t: TestContext, cluster?: ClusterView) => {
  const server = await listen(t, (_, res) => res.end('ok'));
  const { router, url } = await startRouter(t, [server]);
  const dashboard = await startDashboard({ router, cluster, port: 0, addresses: new Map([['web', url]]) });
  t.after(() => dashboard.close());
  const { base, cookie, token } = await enter(dashboard.url);
  /** Below the base path, like the page's own requests. */
  const inside = (path: string, { headers, ...more }: Ask = {}): Promise<Answer> =>
    ask(base + path, { headers: { cookie, 'x-mooring-token': token, ...headers }, ...more });
  return { router, url, server, dashboard, base, cookie, token, inside };
};

test('a dashboard that is still loading answers early requests, and can be closed', async (t) => {
  const { router } = await startRouter(t, [await listen(t, (_, res) => res.end('ok'))]);
  const dashboard = await startDashboard({ router, port: 0, loadLater: true });
  assert.equal((await ask(dashboard.url)).status, 200);
  await dashboard.close();
  await (await startDashboard({ router, port: 0, loadLater: true })).close();
});

const PATHS = ['', 'api/about', 'api/stream', 'api/requests/1', 'assets/app.js'];

test('the page answers to its own address only', async (t) => {
  const { dashboard, inside } = await start(t);
  const { port, origin } = new URL(dashboard.url);
  for (const { headers, expect } of [
    { headers: { host: `127.0.0.1:${port}` }, expect: 200 },
    { headers: { host: `localhost:${port}` }, expect: 200 },
    { headers: { host: `rebound.example:${port}` }, expect: 403 },
    { headers: { host: '127.0.0.1' }, expect: 403 },
    { headers: { origin: 'http://evil.example' }, expect: 403 },
    { headers: { origin: 'null' }, expect: 403 },
    { headers: { origin: `http://127.0.0.1:${Number(port) + 1}` }, expect: 403 },
    { headers: { origin }, expect: 200 },
    { headers: { 'sec-fetch-site': 'cross-site' }, expect: 403 },
    { headers: { 'sec-fetch-site': 'same-site' }, expect: 403 },
    { headers: { 'sec-fetch-site': 'none' }, expect: 200 },
  ])
    for (const path of ['', 'api/about', 'assets/app.js'])
      assert.equal((await inside(path, { headers })).status, expect, `${path} ${JSON.stringify(headers)}`);
  assert.equal((await inside('api/about', { method: 'PUT' })).status, 405);
});

test('without the secret nobody on this machine sees anything, whatever they try', async (t) => {
  const { dashboard, base, cookie, token } = await start(t);
  const { origin } = new URL(dashboard.url);
  const other = await start(t);
  const guesses = [
    '',
    '?secret=',
    `?secret=${'x'.repeat(32)}`,
    `?secret=${token}`,
    `?secret=${cookie.split('=')[1]}`,
    new URL(other.dashboard.url).search,
    `?secret=${'é'.repeat(32)}`,
    `?secret=${'%00'.repeat(32)}`,
  ];
  for (const guess of guesses) {
    const { status, body, headers } = await ask(`${origin}/${guess}`);
    assert.deepEqual([status, headers['set-cookie']], [403, undefined], guess);
    for (const secret of [token, cookie.split('=')[1]!, new URL(base).pathname]) assert.ok(!body.includes(secret));
  }
  for (const path of PATHS)
    for (const headers of [
      {},
      { cookie: '' },
      { cookie: 'mooring=' },
      { cookie: `mooring=${'x'.repeat(32)}` },
      { cookie: other.cookie },
      { cookie: `not-${cookie}` },
      { 'x-mooring-token': token },
    ]) {
      assert.equal((await ask(base + path, { headers })).status, 403, `${path} ${JSON.stringify(headers)}`);
      assert.equal((await ask(`${origin}/${path}`, { headers: { ...headers, cookie } })).status, 403, path);
    }
});

test('the URL opens it: the cookie is for this page alone, and no script reads it', async (t) => {
  const { dashboard, base } = await start(t);
  const { headers, body, status } = await ask(dashboard.url);
  assert.equal(status, 200);
  const path = new URL(base).pathname;
  assert.match(path, /^\/[\w-]{8}\/$/);
  assert.match(
    String(headers['set-cookie']),
    new RegExp(`^mooring=[\\w-]{32}; Path=${path}; HttpOnly; SameSite=Strict$`),
  );
  assert.ok(!body.includes(new URL(dashboard.url).search.slice(-32)));
  // From a file, or a link in a chat: only the secret counts.
  assert.equal((await ask(dashboard.url, { headers: { 'sec-fetch-site': 'cross-site' } })).status, 200);
  const { port } = new URL(dashboard.url);
  assert.equal((await ask(dashboard.url, { headers: { host: `rebound.example:${port}` } })).status, 403);
  assert.equal((await ask(dashboard.url, { method: 'POST' })).status, 403);
});

test('a request without the secret gets a page that says how to get in', async (t) => {
  const { dashboard, base } = await start(t);
  const { origin } = new URL(dashboard.url);
  for (const url of [origin, base, `${base}api/about`, `${origin}/nowhere`]) {
    const asText = await ask(url);
    assert.match(asText.body, /npm run dev -- dashboard in another terminal/);
    const { headers, body } = await ask(url, { headers: { accept: 'text/html' } });
    assert.match(String(headers['content-type']), /^text\/html/);
    assert.match(body, /<code>npm run dev<\/code>/);
    assert.match(String(headers['content-security-policy']), /^default-src 'none'; style-src 'sha256-/);
  }
});

test('no action works without the token, or by GET', async (t) => {
  const asked: string[] = [];
  const { inside, token, base } = await start(t, clusterOf(asked));
  const post = { method: 'POST', body: { action: 'kill', node: 'n1' } };
  for (const wrong of ['', 'x'.repeat(token.length)])
    assert.equal((await inside('api/actions', { ...post, headers: { 'x-mooring-token': wrong } })).status, 403);
  assert.equal((await ask(`${base}api/actions`, { ...post, headers: { 'x-mooring-token': token } })).status, 403);
  assert.equal((await inside('api/actions?action=kill&node=n1')).status, 404);
  assert.deepEqual(asked, []);
  assert.equal((await inside('api/actions', post)).status, 200);
  assert.deepEqual(asked, ['kill n1']);
});

test('only known actions on known nodes are accepted, and refusals of the cluster are shown', async (t) => {
  const asked: string[] = [];
  const { inside } = await start(t, clusterOf(asked));
  const act = async (body: unknown): Promise<[number, string]> => {
    const { status, body: text } = await inside('api/actions', { method: 'POST', body });
    return [status, JSON.parse(text).error ?? ''];
  };
  assert.equal((await act({ action: 'close', node: 'n1' }))[0], 400);
  assert.equal((await act({ action: 'kill', node: 7 }))[0], 400);
  assert.equal((await act('kill'))[0], 400);
  assert.deepEqual(await act({ action: 'kill', node: 'n9' }), [404, 'there is no node n9']);
  assert.deepEqual(await act({ action: 'freeze', node: 'n1' }), [409, 'n1 is down']);
  assert.equal((await act({ action: 'cut-streams' }))[0], 200);
  assert.deepEqual(asked, ['cut']);
});

test('without a cluster there is nothing to stop, and the page says what could', async (t) => {
  const { inside } = await start(t);
  const { status, body } = await inside('api/actions', { method: 'POST', body: { action: 'kill', node: 'n1' } });
  assert.equal(status, 409);
  assert.match(body, /npm run dev/);
});

test('the page may load its own files only, may not be framed, and is not cached', async (t) => {
  const { inside } = await start(t);
  const { headers } = await inside('');
  const policy = String(headers['content-security-policy']);
  for (const part of [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "frame-ancestors 'none'",
  ])
    assert.ok(policy.includes(part), part);
  assert.ok(!policy.includes('unsafe'));
  assert.equal(headers['cache-control'], 'no-store');
  assert.equal(headers['referrer-policy'], 'no-referrer');
  assert.equal(headers['access-control-allow-origin'], undefined);
  for (const path of ['assets/%2e%2e%2fapi.ts', 'assets/index.html', 'assets/constructor', 'package.json'])
    assert.equal((await inside(path)).status, 404, path);
  assert.equal((await inside('assets/../../start-dashboard.ts')).status, 403);
});

test('it listens on this machine only', async (t) => {
  const { router } = await startRouter(t, ['http://127.0.0.1:1']);
  for (const host of ['0.0.0.0', '::', '192.168.1.5', 'example.com'])
    await assert.rejects(startDashboard({ router, host, port: 0 }), /this machine only/);
});

test('all files of the page together are under 100 KB, packed', async () => {
  const assets = await Promise.all([...PAGE_FILES, ...VENDOR_FILES].map(loadAsset));
  const sizes = [...assets, await loadPage({ base: '/x/', token: '' })].map((asset) => gzipSync(asset!.body).length);
  const all = sizes.reduce((sum, size) => sum + size, 0);
  assert.ok(all < 100_000, `${all} bytes`);
});

test('a browser finds every file that another one imports', async () => {
  for (const name of [...PAGE_FILES, ...VENDOR_FILES].filter((file) => file.endsWith('.js'))) {
    const { body } = (await loadAsset(name))!;
    for (const [, from] of body.matchAll(/(?:from|import)\s*["']([^"']+)["']/g))
      assert.ok(from!.startsWith('./') && (await loadAsset(from!.slice(2))), `${name} imports ${from}`);
  }
});

test('a request is shown with the reason, its steps and a command that repeats it', async (t) => {
  const { inside, url, server } = await start(t);
  await (
    await fetch(`${url}/mcp`, {
      headers: { authorization: 'Bearer secret', 'mcp-session-id': 'n1.abc', 'x-note': "it's" },
    })
  ).text();
  const { body } = await inside('api/requests/1');
  const detail = JSON.parse(body);
  assert.equal(detail.server, server);
  assert.equal(detail.router, 'mcp@file');
  assert.equal(detail.at, 'dynamic.yml:3');
  assert.deepEqual(detail.steps, [{ service: 'mcp@file', reason: 'no-cookie', chosen: server }]);
  assert.ok(!body.includes('Bearer secret'));
  assert.ok(detail.curl.includes(`-H 'x-note: it'\\''s'`), detail.curl);
  assert.ok(detail.curl.includes("-H 'mcp-session-id: n1.abc'"));
});
