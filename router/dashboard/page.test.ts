import assert from 'node:assert/strict';
import test, { after, before, type TestContext } from 'node:test';
import type { Browser } from 'playwright-core';
import type { Cluster } from '../../scripts/cluster/cluster.ts';
import { startCluster } from '../../scripts/cluster/start-cluster.ts';
import { cookieValue } from '../../shared/traefik/cookie-value.ts';
import { type Dashboard, startDashboard } from './start-dashboard.ts';
import { launchBrowser, openPage, sessionRow, noBrowser as skip } from './test-browser.ts';

let cluster: Cluster;
let dashboard: Dashboard;
let browser: Browser;

before(async () => {
  if (skip) return;
  [cluster, browser] = await Promise.all([startCluster({ nodes: 3 }), launchBrowser()]);
  dashboard = await startDashboard({
    router: cluster.router!,
    cluster,
    port: 0,
    addresses: new Map([['web', cluster.url]]),
  });
});

after(async () => {
  await browser?.close();
  await dashboard?.close();
  await cluster?.close();
});

const open = (t: TestContext) => openPage(t, { browser, url: dashboard.url });

const HEADERS = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };

const initialize = async (name: string): Promise<string> => {
  const response = await fetch(cluster.mcp, {
    method: 'POST',
    headers: HEADERS,
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'initialize',
      params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name, version: '1' } },
    }),
  });
  await response.text();
  return response.headers.get('mcp-session-id')!;
};

test('a session appears, is lost with its node, and comes back on another one', { skip }, async (t) => {
  const { page, complaints } = await open(t);
  const traffic = page.getByRole('region', { name: 'Traffic of the last minute' });
  await traffic.getByText('on 3 nodes').waitFor();
  const id = await initialize('traveller');
  await traffic.getByText('on 1 of 3 nodes').waitFor();
  const node = id.slice(0, id.indexOf('.'));
  await sessionRow(page, 'traveller').getByText('live').waitFor();
  await page.getByRole('button', { name: `Kill ${node}`, exact: true }).click();
  await sessionRow(page, 'traveller').getByText('lost').waitFor();
  await page
    .getByRole('article', { name: `Node ${node}` })
    .getByText('down')
    .waitFor();
  const next = await initialize('traveller');
  const row = sessionRow(page, 'traveller').filter({ hasText: `was ${node}.` });
  await row.getByText('back').waitFor();
  assert.ok((await row.innerText()).includes(next.slice(0, 8)));
  const events = page.getByRole('list', { name: 'Events, newest first' });
  await events.getByText(`1 session back, from ${node}`).waitFor();
  await events.getByText('1 session lost').waitFor();
  await page.getByRole('button', { name: `Start ${node}`, exact: true }).click();
  await page.getByRole('button', { name: `Kill ${node}`, exact: true }).waitFor();
  assert.deepEqual(complaints, []);
});

test('a node is drained and undrained by its button', { skip }, async (t) => {
  const { page, complaints } = await open(t);
  const card = page.getByRole('article', { name: 'Node n2' });
  await card.getByRole('button', { name: 'Drain n2', exact: true }).click();
  await card.getByText('draining').waitFor();
  assert.equal(cluster.nodes().find(({ id }) => id === 'n2')?.draining, true);
  await card.getByRole('button', { name: 'Undrain n2' }).click();
  await card.getByRole('button', { name: 'Drain n2', exact: true }).waitFor();
  assert.deepEqual(complaints, []);
});

test('a cookie is decoded to its node', { skip }, async (t) => {
  const { page, complaints } = await open(t);
  const { url } = cluster.nodes()[1]!;
  const box = page.getByRole('region', { name: 'Decode a cookie' });
  await box.getByRole('textbox').fill(`theme=dark; _mcp_backend=${cookieValue(url)}`);
  await box.getByText('SHA-256').waitFor();
  assert.match(await box.innerText(), new RegExp(`n2\\s+${url.replaceAll('.', '\\.')}`));
  await box.getByRole('textbox').fill('_mcp_backend=0000000000000000');
  await box.getByText('matches no server here').waitFor();
  assert.deepEqual(complaints, []);
});

test('a request is explained, from text and from the list', { skip }, async (t) => {
  const { page, complaints } = await open(t);
  const box = page.getByRole('region', { name: 'Explain a request' });
  await box.getByRole('textbox').fill('POST /mcp\nMcp-Session-Id: n3.3f0c');
  await box.getByRole('button', { name: 'Explain' }).click();
  await box.getByText('n3 · Router node-n3').waitFor();
  await box.getByRole('textbox').fill('nonsense');
  await box.getByRole('button', { name: 'Explain' }).click();
  await box.getByText('write method and path').waitFor();
  // The browser itself reports every answer of 400.
  assert.equal(complaints.length, 1);
  await (await fetch(`${cluster.url}/graphql?mark=1`)).text();
  const row = page.getByRole('row').filter({ hasText: '/graphql?mark=1' });
  await row.getByRole('button').click();
  await page.getByText('curl -i').waitFor();
  await page.getByRole('region', { name: 'Requests', exact: true }).getByRole('button', { name: 'Explain' }).click();
  await box.getByText('Router route-graphql, then').waitFor();
});

test('a request is found by a filter', { skip }, async (t) => {
  const { page, complaints } = await open(t);
  await (await fetch(`${cluster.url}/graphql?mark=2`)).text();
  await (await fetch(`${cluster.url}/elsewhere?mark=3`)).text();
  await page.getByText('/elsewhere?mark=3').waitFor();
  await page.getByRole('searchbox', { name: 'Filter requests' }).fill('path:/graphql');
  await page.getByText('/elsewhere?mark=3').waitFor({ state: 'detached' });
  await page.getByText('/graphql?mark=2').waitFor();
  await page.getByRole('searchbox', { name: 'Filter requests' }).fill('status:999');
  await page.getByText('None of the last 2,000 requests match').waitFor();
  await page.getByRole('searchbox', { name: 'Filter requests' }).fill('reasn:cookie');
  await page.getByText('there is no reasn: to filter by; did you mean reason:?').waitFor();
  assert.deepEqual(complaints, []);
});
