import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import test, { after, before, type TestContext } from 'node:test';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import type { ClusterView, SessionView } from './cluster-view.ts';
import { startDashboard } from './start-dashboard.ts';
import { listen, startRouter } from './test-bench.ts';
import { launchBrowser, openPage, sessionRow, noBrowser as skip } from './test-browser.ts';

const HOSTILE = '<img src=x onerror="document.title=1">&amp;\u202e';
const LONG = 'narrow-client-with-a-name-that-takes-a-lot-of-room-in-every-table';

let browser: Browser;

before(async () => {
  if (!skip) browser = await launchBrowser();
});
after(() => browser?.close());

/** Nodes without processes: one is up, one is frozen and drains, one is down. */
const clusterOf = ([up, frozen, down]: readonly string[]): ClusterView => {
  const node = { pid: 1, draining: false, restarts: 0 };
  const session = { node: 'n1', created: Date.now(), state: 'live' } as const;
  const sessions: SessionView[] = [
    { ...session, id: 'n1.1', client: HOSTILE },
    { ...session, id: 'n1.2', client: LONG },
    ...Array.from({ length: 2000 }, (_, i) => ({ ...session, id: `n2.${i}`, node: 'n2', client: `many-${i}` })),
  ];
  const nothing = async (): Promise<void> => {};
  return {
    nodes: () => [
      { ...node, id: 'n1', url: up!, state: 'up' },
      { ...node, id: 'n2', url: frozen!, state: 'frozen', draining: true },
      { ...node, id: 'n3', url: down!, state: 'down', restarts: 2 },
    ],
    sessions: async () => sessions,
    subscribe: () => () => {},
    cutStreams: nothing,
    kill: nothing,
    start: nothing,
    restart: nothing,
    freeze: nothing,
    thaw: nothing,
    drain: nothing,
    undrain: nothing,
  };
};

const open = async (t: TestContext, options: BrowserContextOptions = {}) => {
  const servers = await Promise.all(
    [0, 1, 2].map((i) => listen(t, (_, res) => res.writeHead([200, 404, 502][i]!).end())),
  );
  const { router, url } = await startRouter(t, servers);
  const dashboard = await startDashboard({
    router,
    cluster: clusterOf(servers),
    port: 0,
    addresses: new Map([['web', url]]),
  });
  t.after(() => dashboard.close());
  for (let i = 0; i < 6; i++) await (await fetch(`${url}/mcp?request=${i}`)).text();
  return openPage(t, { browser, url: dashboard.url, ...options });
};

test('the name of a client is shown as text only', { skip }, async (t) => {
  const { page, complaints } = await open(t);
  await sessionRow(page, '<img src=x').waitFor();
  assert.equal(await page.locator('main img').count(), 0);
  assert.equal(await page.title(), 'mooring');
  assert.deepEqual(complaints, []);
});

for (const width of [360, 900, 1600])
  test(`nothing scrolls sideways at ${width} px`, { skip }, async (t) => {
    const { page } = await open(t, { viewport: { width, height: 800 } });
    await sessionRow(page, 'narrow-client').first().waitFor();
    assert.equal(await page.evaluate('document.documentElement.scrollWidth'), width);
  });

type Found = { readonly violations: readonly { id: string; impact: string; nodes: { html: string }[] }[] };

for (const colorScheme of ['light', 'dark'] as const)
  test(`axe finds nothing serious in the ${colorScheme} page`, { skip }, async (t) => {
    const { page } = await open(t, { colorScheme });
    await sessionRow(page, 'narrow-client').first().waitFor();
    await page
      .getByRole('region', { name: 'Requests', exact: true })
      .getByRole('row')
      .nth(1)
      .getByRole('button')
      .click();
    await page.getByText('curl -i').waitFor();
    await page.evaluate(readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'));
    const found = await page.evaluate<Found>('axe.run(document)');
    assert.deepEqual(
      found.violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, nodes }) => [id, ...nodes.slice(0, 3).map(({ html }) => html)]),
      [],
    );
  });

test('by keyboard: first the skip link, then every control has a visible focus', { skip }, async (t) => {
  const { page } = await open(t);
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate('document.activeElement.className'), 'skip');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  for (let i = 0; i < 12; i++) {
    const outline = await page.evaluate(
      "getComputedStyle(document.activeElement).outlineStyle + ' ' + document.activeElement.tagName",
    );
    assert.match(String(outline), /^(solid|auto) /);
    await page.keyboard.press('Tab');
  }
});
