import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type IncomingHttpHeaders, request } from 'node:http';
import test, { type TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';
import { loadAsset, loadPage, PAGE_FILES, VENDOR_FILES } from './assets.ts';
import type { ClusterView } from './cluster-view.ts';
import { startDashboard } from './start-dashboard.ts';
import { listen, startRouter } from './test-bench.ts';

type Answer = { readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: string };
type Ask = { readonly method?: string; readonly headers?: Record<string, string>; readonly body?: unknown };

/** As no fetch would: with any Host and any Origin. */
const ask = async (url: string, { method = 'GET', headers = {}, body }: Ask = {}): Promise<Answer> => {
  const asked = request(url, { method, headers, agent: false });
  asked.end(body === undefined ? undefined : JSON.stringify(body));
  const [res] = await once(asked, 'response');
  let text = '';
  for await (const chunk of res) text += chunk;
  return { status: res.statusCode, headers: res.headers, body: text };
};

const tokenOf = (page: string): string => /name="mooring-token" content="([\w-]+)"/.exec(page)?.[1] ?? '';

/** A cluster of one node, which notes what it is asked to do. */
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
  const token = tokenOf((await ask(dashboard.url)).body);
  return { router, url, server, dashboard, token };
};

test('a dashboard that loads later answers whoever asks at once, and can be closed at once', async (t) => {
  const { router } = await startRouter(t, [await listen(t, (_, res) => res.end('ok'))]);
  const dashboard = await startDashboard({ router, port: 0, loadLater: true });
  assert.equal((await ask(dashboard.url)).status, 200);
  await dashboard.close();
  await (await startDashboard({ router, port: 0, loadLater: true })).close();
});

test('the page answers to its own address only', async (t) => {
  const { dashboard, token } = await start(t);
  const { port } = new URL(dashboard.url);
  for (const { headers, expect } of [
    { headers: { host: `127.0.0.1:${port}` }, expect: 200 },
    { headers: { host: `localhost:${port}` }, expect: 200 },
    { headers: { host: `rebound.example:${port}` }, expect: 403 },
    { headers: { host: '127.0.0.1' }, expect: 403 },
    { headers: { origin: 'http://evil.example' }, expect: 403 },
    { headers: { origin: 'null' }, expect: 403 },
    { headers: { origin: `http://127.0.0.1:${Number(port) + 1}` }, expect: 403 },
    { headers: { origin: dashboard.url }, expect: 200 },
    { headers: { 'sec-fetch-site': 'cross-site' }, expect: 403 },
    { headers: { 'sec-fetch-site': 'same-site' }, expect: 403 },
    { headers: { 'sec-fetch-site': 'none' }, expect: 200 },
  ])
    for (const path of ['/', '/api/about', '/assets/app.js']) {
      const { status } = await ask(dashboard.url + path, { headers });
      assert.equal(status, expect, `${path} ${JSON.stringify(headers)}`);
    }
  assert.equal(
    (await ask(`${dashboard.url}/api/about`, { method: 'PUT', headers: { 'x-mooring-token': token } })).status,
    405,
  );
});

test('nothing is done without the token, and nothing by GET', async (t) => {
  const asked: string[] = [];
  const { dashboard, token } = await start(t, clusterOf(asked));
  const url = `${dashboard.url}/api/actions`;
  const body = { action: 'kill', node: 'n1' };
  assert.equal((await ask(url, { method: 'POST', body })).status, 403);
  assert.equal(
    (await ask(url, { method: 'POST', body, headers: { 'x-mooring-token': 'x'.repeat(token.length) } })).status,
    403,
  );
  assert.equal((await ask(`${url}?action=kill&node=n1`, { headers: { 'x-mooring-token': token } })).status, 404);
  assert.deepEqual(asked, []);
  assert.equal((await ask(url, { method: 'POST', body, headers: { 'x-mooring-token': token } })).status, 200);
  assert.deepEqual(asked, ['kill n1']);
});

test('actions are known ones on known nodes, and what a cluster refuses is told', async (t) => {
  const asked: string[] = [];
  const { dashboard, token } = await start(t, clusterOf(asked));
  const act = async (body: unknown): Promise<[number, string]> => {
    const { status, body: text } = await ask(`${dashboard.url}/api/actions`, {
      method: 'POST',
      headers: { 'x-mooring-token': token },
      body,
    });
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

test('without a cluster there is nothing to stop, and it says who could', async (t) => {
  const { dashboard, token } = await start(t);
  const { status, body } = await ask(`${dashboard.url}/api/actions`, {
    method: 'POST',
    headers: { 'x-mooring-token': token },
    body: { action: 'kill', node: 'n1' },
  });
  assert.equal(status, 409);
  assert.match(body, /npm run dev/);
});

test('a page may load its own files only, be framed by nobody, and is kept nowhere', async (t) => {
  const { dashboard } = await start(t);
  const { headers } = await ask(dashboard.url);
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
  assert.equal(headers['access-control-allow-origin'], undefined);
  assert.equal(headers['set-cookie'], undefined);
  for (const path of [
    '/assets/../start-dashboard.ts',
    '/assets/%2e%2e/api.ts',
    '/assets/index.html',
    '/assets/constructor',
    '/package.json',
  ])
    assert.equal((await ask(dashboard.url + path)).status, 404, path);
});

test('it listens on this machine only', async (t) => {
  const { router } = await startRouter(t, ['http://127.0.0.1:1']);
  for (const host of ['0.0.0.0', '::', '192.168.1.5', 'example.com'])
    await assert.rejects(startDashboard({ router, host, port: 0 }), /this machine only/);
});

test('all files of the page together are under 100 KB, packed', async () => {
  const assets = await Promise.all([...PAGE_FILES, ...VENDOR_FILES].map(loadAsset));
  const sizes = [...assets, await loadPage('')].map((asset) => gzipSync(asset!.body).length);
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

test('a request is told with why, its steps and a command that asks it again', async (t) => {
  const { dashboard, url, server } = await start(t);
  await (
    await fetch(`${url}/mcp`, {
      headers: { authorization: 'Bearer secret', 'mcp-session-id': 'n1.abc', 'x-note': "it's" },
    })
  ).text();
  const { body } = await ask(`${dashboard.url}/api/requests/1`);
  const detail = JSON.parse(body);
  assert.equal(detail.server, server);
  assert.equal(detail.router, 'mcp@file');
  assert.equal(detail.at, 'dynamic.yml:3');
  assert.deepEqual(detail.steps, [{ service: 'mcp@file', reason: 'no-cookie', chosen: server }]);
  assert.ok(!body.includes('Bearer secret'));
  assert.ok(detail.curl.includes(`-H 'x-note: it'\\''s'`), detail.curl);
  assert.ok(detail.curl.includes("-H 'mcp-session-id: n1.abc'"));
});
