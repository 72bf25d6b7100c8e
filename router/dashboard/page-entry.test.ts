import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, before, type TestContext } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContext } from 'playwright-core';
import { pageOpener } from '../../scripts/dev/open-page.ts';
import { startDashboard } from './start-dashboard.ts';
import { listen, startRouter } from './test-bench.ts';
import { launchBrowser, noBrowser as skip } from './test-browser.ts';

let browser: Browser;

before(async () => {
  if (!skip) browser = await launchBrowser();
});
after(() => browser?.close());

const start = async (t: TestContext, port = 0) => {
  const { router } = await startRouter(t, [await listen(t, (_, res) => res.end('ok'))]);
  const dashboard = await startDashboard({ router, port });
  t.after(() => dashboard.close());
  const { origin, port: bound } = new URL(dashboard.url);
  return { url: dashboard.url, origin, port: Number(bound), close: () => dashboard.close() };
};

const visit = async (t: TestContext): Promise<BrowserContext> => {
  const context = await browser.newContext();
  t.after(() => context.close());
  return context;
};

const LIVE = 'live';
const LOCKED = 'Open this page by its full URL';

test('the address bar is clean once the page is open, and the page can be loaded again and opened twice', {
  skip,
}, async (t) => {
  const { url, origin } = await start(t);
  const context = await visit(t);
  const page = await context.newPage();
  await page.goto(url);
  await page.getByText(LIVE, { exact: true }).waitFor();
  assert.match(page.url(), new RegExp(`^${origin}/[\\w-]{8}/$`));
  assert.equal(await page.evaluate('document.cookie + document.referrer + JSON.stringify(localStorage)'), '{}');
  await page.reload();
  await page.getByText(LIVE, { exact: true }).waitFor();
  const tab = await context.newPage();
  await tab.goto(page.url());
  await tab.getByText(LIVE, { exact: true }).waitFor();
  const stranger = await (await visit(t)).newPage();
  for (const address of [page.url(), origin]) {
    assert.equal((await stranger.goto(address))?.status(), 403);
    await stranger.getByText(LOCKED).waitFor();
  }
});

test('a browser that is sent there by a private file gets in, and stays in', { skip }, async (t) => {
  const { url, origin, port } = await start(t);
  const folder = mkdtempSync(join(tmpdir(), 'open-'));
  t.after(() => rmSync(folder, { recursive: true }));
  let file = '';
  const opener = pageOpener(folder, port, (opened) => {
    file = opened;
  });
  await opener.open(url);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  const page = await (await visit(t)).newPage();
  await page.goto(pathToFileURL(file).href);
  await page.getByText(LIVE, { exact: true }).waitFor();
  await page.reload();
  await page.getByText(LIVE, { exact: true }).waitFor();
  assert.match(page.url(), new RegExp(`^${origin}/[\\w-]{8}/$`));
  await opener.close();
  assert.throws(() => statSync(file));
});

test('two dashboards can be open in one browser', { skip }, async (t) => {
  const both = [await start(t), await start(t)];
  const context = await visit(t);
  const pages = [];
  for (const { url } of both) {
    const page = await context.newPage();
    await page.goto(url);
    pages.push(page);
  }
  for (const page of pages) {
    await page.reload();
    await page.getByText(LIVE, { exact: true }).waitFor();
  }
});

test('a page of an earlier start is locked out, and says how to get in', { skip }, async (t) => {
  const first = await start(t);
  const page = await (await visit(t)).newPage();
  await page.goto(first.url);
  await page.getByText(LIVE, { exact: true }).waitFor();
  await first.close();
  await page.getByText('not connected').waitFor();
  const second = await start(t, first.port);
  await page.getByText(LOCKED).waitFor();
  await page.goto(second.url);
  await page.getByText(LIVE, { exact: true }).waitFor();
});

test('the page sends nothing to another port of the machine', { skip }, async (t) => {
  const { url } = await start(t);
  const cookies: (string | undefined)[] = [];
  const other = await listen(t, (req, res) => {
    cookies.push(req.headers.cookie);
    res.end('another server');
  });
  const page = await (await visit(t)).newPage();
  await page.goto(url);
  await page.getByText(LIVE, { exact: true }).waitFor();
  await page.goto(other);
  assert.ok(cookies.length > 0);
  assert.deepEqual(new Set(cookies), new Set([undefined]));
});
