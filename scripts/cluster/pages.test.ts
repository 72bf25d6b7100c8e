/** Pages in Chromium, with the unmodified client of SDK v2. Browsers do not send handles in a header. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import type { BrowserContext, Page } from 'playwright-core';
import { launchBrowser, launchProfile, noBrowser } from '../../router/dashboard/test-browser.ts';
import { freePorts } from '../../shared/free-ports.ts';
import { topologySchema } from '../../shared/topology/topology.ts';
import { noTraefik } from '../../shared/traefik-binary.ts';
import type { Cluster, ClusterOptions } from './cluster.ts';
import { startCluster } from './start-cluster.ts';
import { nodeOf } from './test-sessionless-client.ts';

const CLIENT = fileURLToPath(new URL('test-page-client.ts', import.meta.url));
const [HANDLES, CALLS] = [4, 5];
const ALL = HANDLES * CALLS;

const document = (): string => {
  const { outputFiles } = buildSync({ entryPoints: [CLIENT], bundle: true, format: 'iife', write: false });
  const script = outputFiles[0]!.text.replaceAll('</script', '<\\/script');
  return `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><script>${script}</script>`;
};

/** An origin that serves only the page. */
const serve = async (t: TestContext, html: string): Promise<string> => {
  const server = createServer((_, res) => res.setHeader('content-type', 'text/html').end(html));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => new Promise<unknown>((resolve) => server.close(resolve).closeAllConnections()));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

type Result = {
  readonly isError?: boolean;
  readonly content: [{ readonly text: string }];
  readonly structuredContent: { readonly basket: string };
};

const ask = <T>(page: Page, name: string, ...args: unknown[]): Promise<T> =>
  page.evaluate(`page.${name}(${args.map((arg) => JSON.stringify(arg)).join()})`);
const open = async (page: Page): Promise<string> =>
  (await ask<Result>(page, 'call', 'open_basket', {})).structuredContent.basket;
const add = (page: Page, basket: string): Promise<Result> =>
  ask(page, 'call', 'add_to_basket', { basket, item: 'pear' });

/** Retries if a node is slow to say whether it still has the handle. */
const answeredByOwner = async (call: () => Promise<Result>): Promise<Result> => {
  for (;;) {
    const result = await call();
    if (!result.content[0].text.startsWith('owner-silent: ')) return result;
  }
};

const callsThatStayed = async (page: Page, basket: string, before = 0): Promise<number> => {
  let stayed = 0;
  for (let i = 1; i <= CALLS; i++) {
    const { content } = await add(page, basket);
    if (content[0].text === `${nodeOf(basket)} ${before + i}`) stayed++;
  }
  return stayed;
};

/** How many of all calls with handles reached the right node. */
const stayedOf = async (page: Page): Promise<number> => {
  const baskets: string[] = [];
  for (let i = 0; i < HANDLES; i++) baskets.push(await open(page));
  let stayed = 0;
  for (const basket of baskets) stayed += await callsThatStayed(page, basket);
  return stayed;
};

const INCLUDE = { requestInit: { credentials: 'include' } };
type At = {
  readonly origin: string;
  readonly mcp: string;
  readonly options: object;
  readonly context?: BrowserContext;
};

type Clustered = {
  readonly proxy: NonNullable<ClusterOptions['proxy']>;
  readonly origins?: readonly string[];
  /** With TLS, and a cookie with SameSite=None. */
  readonly forOtherSites?: boolean;
  readonly misroute?: 'relay' | undefined;
};

const clusterFor = async (t: TestContext, { proxy, origins = [], forOtherSites = false, misroute }: Clustered) => {
  const [web, ...ports] = await freePorts(4);
  const topology = topologySchema.parse({
    nodes: ports.map((port, i) => ({ id: `n${i + 1}`, url: `http://127.0.0.1:${port}` })),
    entryPoints: { web: { address: `127.0.0.1:${web}`, tls: forOtherSites } },
    cookie: forOtherSites ? { sameSite: 'none' } : { secure: false },
    cors: { origins },
    ...(misroute && { misroute }),
    // A late answer does not mean that a node is dead: if it were taken out, its pages would lose it.
    healthCheck: { interval: '1s', timeout: '30s', ready: { interval: '1s', timeout: '30s' } },
  });
  const cluster = await startCluster({ proxy, topology });
  t.after(() => cluster.close());
  return cluster;
};

/** Chromium with these settings: private windows block third-party cookies. */
const browserThatKeepsCookiesOfOtherSites = async (t: TestContext): Promise<BrowserContext> => {
  const folder = await mkdtemp(join(tmpdir(), 'mooring-browser-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  await mkdir(join(folder, 'Default'));
  const preferences = { profile: { cookie_controls_mode: 0, block_third_party_cookies: false } };
  await writeFile(join(folder, 'Default', 'Preferences'), JSON.stringify(preferences));
  const context = await launchProfile(folder);
  t.after(() => context.close());
  return context;
};

test('pages in Chromium', { skip: noBrowser }, async (t) => {
  const browser = await launchBrowser();
  t.after(() => browser.close());
  const html = document();

  const newPage = async (t: TestContext, context?: BrowserContext): Promise<Page> => {
    const page = await (context?.newPage() ?? browser.newPage({ ignoreHTTPSErrors: true }));
    t.after(() => page.close());
    page.setDefaultTimeout(120_000);
    return page;
  };
  const openAt = async (t: TestContext, { origin, mcp, options, context }: At): Promise<Page> => {
    const page = await newPage(t, context);
    await page.goto(origin);
    assert.equal(await ask(page, 'connect', mcp, options), '2026-07-28');
    return page;
  };
  /** The test serves the page; all other requests go to the cluster. */
  const openSameOrigin = async (t: TestContext, { url, mcp }: Cluster): Promise<Page> => {
    const page = await newPage(t);
    await page.route(`${url}/page`, (route) => route.fulfill({ contentType: 'text/html', body: html }));
    await page.goto(`${url}/page`);
    assert.equal(await ask(page, 'connect', mcp, {}), '2026-07-28');
    return page;
  };

  for (const proxy of ['router', 'traefik'] as const) {
    const skip = proxy === 'traefik' && noTraefik();

    await t.test(`page and endpoint on one origin, ${proxy}`, { skip }, async (t) => {
      const cluster = await clusterFor(t, { proxy });
      for (const listed of [true, false]) {
        const page = await openSameOrigin(t, cluster);
        const tools = listed ? JSON.stringify(await ask(page, 'list')) : '';
        assert.doesNotMatch(tools, /x-mcp-header/);
        assert.equal(await stayedOf(page), ALL);
      }
    });

    await t.test(`page and endpoint on two origins of one site, ${proxy}`, { skip }, async (t) => {
      const origin = await serve(t, html);
      const { mcp } = await clusterFor(t, { proxy, origins: [origin] });
      const page = await openAt(t, { origin, mcp, options: INCLUDE });
      assert.doesNotMatch(JSON.stringify(await ask(page, 'list')), /x-mcp-header/);
      assert.equal(await stayedOf(page), ALL);
      const without = await openAt(t, { origin, mcp, options: {} });
      assert.deepEqual(await without.context().cookies(), []);
    });

    await t.test(`page and endpoint on two sites, ${proxy}`, { skip }, async (t) => {
      const origin = await serve(t, html);
      const cluster = await clusterFor(t, { proxy, origins: [origin], forOtherSites: true });
      const mcp = cluster.mcp.replace('127.0.0.1', 'localhost');
      const context = await browserThatKeepsCookiesOfOtherSites(t);
      const page = await openAt(t, { origin, mcp, options: INCLUDE, context });
      assert.equal(await stayedOf(page), ALL);
      const [cookie] = await context.cookies();
      assert.deepEqual([cookie?.sameSite, cookie?.secure], ['None', true]);
      const blocked = await openAt(t, { origin, mcp, options: INCLUDE });
      assert.deepEqual(await blocked.context().cookies(), []);
    });

    await t.test(`a page of another site without cookies, with relay, ${proxy}`, { skip }, async (t) => {
      const origin = await serve(t, html);
      const cluster = await clusterFor(t, { proxy, origins: [origin], forOtherSites: true, misroute: 'relay' });
      const mcp = cluster.mcp.replace('127.0.0.1', 'localhost');
      const page = await openAt(t, { origin, mcp, options: {} });
      assert.equal(await stayedOf(page), ALL);
      assert.deepEqual(await page.context().cookies(), []);
    });

    for (const misroute of ['relay', undefined] as const)
      await t.test(
        `a node that drains ${misroute ? 'keeps' : 'loses'} handles of pages ${misroute ? 'with' : 'without'} relay, ${proxy}`,
        { skip },
        async (t) => {
          const cluster = await clusterFor(t, { proxy, ...(misroute && { misroute }) });
          const page = await openSameOrigin(t, cluster);
          const basket = await open(page);
          assert.equal(await callsThatStayed(page, basket), CALLS);
          await cluster.drain(nodeOf(basket));
          if (misroute) assert.equal(await callsThatStayed(page, basket, CALLS), CALLS);
          else {
            const lost = await answeredByOwner(() => add(page, basket));
            assert.equal(lost.isError, true);
            assert.match(lost.content[0].text, /^wrong-node: .* or n\d is draining\. Open a new one\.$/);
          }
          assert.notEqual(nodeOf(await open(page)), nodeOf(basket));
        },
      );
  }
});
