/** What the dashboard does with hostile text in a browser, and what hostile pages can make the browser do. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { noBrowser } from '../../../../router/dashboard/test-browser.ts';
import type { Pattern } from '../../../../router/parity/pattern.ts';
import { exchange } from '../../../../router/parity/raw-client.ts';
import type { HostileCase, Tally } from '../area.ts';
import { type Dashboards, PAYLOADS, type Shown } from '../rigs/dashboards.ts';
import { bytesOf, initialize, PATIENCE, send } from '../rigs/raw-mcp.ts';

type Context = Awaited<ReturnType<NonNullable<Dashboards['browser']>['newContext']>>;
type Page = Awaited<ReturnType<Context['newPage']>>;

/** An open page, and everything that it should not have done. */
type Watching = { readonly page: Page; wrongs(): Promise<readonly string[]> };

/** The browser itself reports every 400. */
const HARMLESS = /Failed to load resource/;

const watch = async (context: Context, { url }: Shown): Promise<Watching> => {
  const { origin } = new URL(url);
  const wrongs: string[] = [];
  await context.exposeBinding('boom', () => wrongs.push('a script ran'));
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  page.on('dialog', (dialog) => void dialog.dismiss().then(() => wrongs.push('a dialog')));
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== origin) wrongs.push(`asked for ${request.url()}`);
  });
  page.on('console', (message) => {
    if (message.type() === 'error' && !HARMLESS.test(message.text())) wrongs.push(message.text());
  });
  page.on('pageerror', (error) => wrongs.push(String(error)));
  await page.goto(url);
  await page.getByRole('banner').getByText('live').waitFor();
  return {
    page,
    wrongs: async () => {
      const elements = await page.locator('[data-boom], base, iframe, object, script:not([src])').count();
      return elements === 0 ? wrongs : [...wrongs, `${elements} elements of others`];
    },
  };
};

type Looking = (watching: Watching, rig: Dashboards, tally: Tally) => Promise<readonly string[]>;

const looking = (name: string, which: 'router' | 'cluster', look: Looking): HostileCase<Dashboards> => ({
  name,
  play: async (rig, tally): Promise<Pattern> => {
    if (rig.browser === undefined) {
      tally.saw = `skipped: ${noBrowser}`;
      return [];
    }
    const context = await rig.browser.newContext({ viewport: { width: 1600, height: 900 } });
    try {
      const watching = await watch(context, rig[which]);
      return [...(await look(watching, rig, tally)), ...(await watching.wrongs())];
    } finally {
      await context.close();
    }
  },
  expect: [],
});

/** Texts that are not shown unchanged. */
const notShown = async (watching: Watching, texts: readonly string[]): Promise<readonly string[]> => {
  const shown = (await watching.page.locator('body').innerText()).replace(/\s+/g, ' ');
  return texts.filter((text) => !shown.includes(text.replace(/\s+/g, ' '))).map((text) => `does not show ${text}`);
};

const HEADERS_OF_OTHERS = 8;

/** A request with the payload in every part. */
const marked = (payload: string, i: number): string => {
  const path = `/${i}/${payload.replaceAll('%', '%25').replaceAll(' ', '%20').replaceAll('#', '%23')}`;
  const headers = [
    ...[`User-Agent: ${payload}`, `X-A: ${payload}`, `Authorization: ${payload}`, `Cookie: a=${payload}`],
    ...[`Mcp-Session-Id: ${payload}`, `X-Forwarded-For: ${payload}`, `Referer: ${payload}`, `Origin: ${payload}`],
  ];
  return bytesOf({ method: 'GET', path, host: 'a', headers });
};

const requests: Looking = async (watching, { router }, tally) => {
  const { page } = watching;
  const list = page.getByRole('region', { name: 'Requests', exact: true });
  const wrongs: string[] = [];
  for (const [i, payload] of PAYLOADS.entries()) {
    tally.faults += HEADERS_OF_OTHERS + 1;
    await exchange(router.web, marked(payload, i), { timeout: PATIENCE });
    await page.getByRole('searchbox', { name: 'Filter requests' }).fill(`path:/${i}/`);
    await list
      .getByRole('row')
      .filter({ hasText: `/${i}/` })
      .first()
      .getByRole('button')
      .click();
    await page.getByText('curl -i').waitFor();
    wrongs.push(...(await notShown(watching, [payload])));
    await list.getByRole('button', { name: 'Explain' }).click();
    await page.getByRole('region', { name: 'Explain a request' }).getByRole('listitem').first().waitFor();
    await list.getByRole('button', { name: 'Show only this session' }).click();
  }
  return wrongs;
};

const typed: Looking = async ({ page }, _, tally) => {
  tally.faults = PAYLOADS.length * 4;
  for (const payload of PAYLOADS) {
    await page.getByRole('searchbox', { name: 'Filter requests' }).fill(payload);
    await page.getByRole('searchbox', { name: 'Search sessions' }).fill(payload);
    await page.getByRole('region', { name: 'Decode a cookie' }).getByRole('textbox').fill(`pin=${payload}`);
    const explain = page.getByRole('region', { name: 'Explain a request' });
    await explain.getByRole('textbox').fill(`GET /${payload}\n${payload}: ${payload}`);
    const answered = page.waitForResponse(/api\/explain/);
    await explain.getByRole('button', { name: 'Explain' }).click();
    await answered;
  }
  return [];
};

/** The registry truncates client names to this length. */
const SHOWN_OF_NAMES = 70;

const clientNames: Looking = async (watching, { cluster }, tally) => {
  tally.faults = PAYLOADS.length;
  for (const payload of PAYLOADS) await send(cluster.web, { body: initialize(payload) });
  const sessions = watching.page.getByRole('region', { name: 'Sessions', exact: true });
  for (const payload of PAYLOADS) await sessions.getByText(payload.slice(0, SHOWN_OF_NAMES)).first().waitFor();
  return [];
};

/** Runs in a page of another origin; returns the names of the attempts that succeeded. */
const ATTACK = (base: string): string => `
const loads = (element, place = document.head) => new Promise((resolve) => {
  element.onload = () => resolve(true);
  element.onerror = () => resolve(false);
  place.append(element);
  setTimeout(resolve, 5000, false);
});
const make = (name, properties) => Object.assign(document.createElement(name), properties);
const kill = JSON.stringify({ action: 'kill', node: 'n1' });
const post = (headers, mode) => fetch('${base}api/actions', { method: 'POST', body: kill, headers, mode, credentials: 'include' });
const opens = (source) => new Promise((resolve) => {
  source.onopen = () => resolve(true);
  source.onerror = () => resolve(false);
  source.onclose = () => resolve(false);
});
const tries = {
  read: () => fetch('${base}api/about', { credentials: 'include' }).then((r) => r.ok),
  post: () => post({ 'content-type': 'application/json' }, 'cors').then((r) => r.ok),
  'post with a token': () => post({ 'x-mooring-token': 'a' }, 'cors').then((r) => r.ok),
  'plain post': () => post({ 'content-type': 'text/plain' }, 'cors').then((r) => r.ok),
  'blind post': () => post({}, 'no-cors').then(() => false),
  beacon: () => (navigator.sendBeacon('${base}api/actions', kill), false),
  form: async () => {
    const form = make('form', { action: '${base}api/actions', method: 'POST', enctype: 'text/plain', target: 'frame' });
    form.append(make('input', { name: kill, value: '' }));
    document.body.append(make('iframe', { name: 'frame' }), form);
    form.submit();
    return false;
  },
  image: () => loads(make('img', { src: '${base}assets/icon.svg' })),
  script: () => loads(make('script', { src: '${base}assets/format.js' })),
  module: () => import('${base}'.concat('assets/format.js')).then(() => true),
  style: () => loads(make('link', { rel: 'stylesheet', href: '${base}assets/style.css' })),
  stream: () => opens(new EventSource('${base}api/stream', { withCredentials: true })),
  socket: () => opens(new WebSocket('${base}api/stream'.replace('http', 'ws'))),
};
(async () => {
  const got = [];
  for (const [name, attempt] of Object.entries(tries)) if (await (async () => attempt())().catch(() => false)) got.push(name);
  document.body.append(make('iframe', { src: '${base}' }), make('object', { data: '${base}' }));
  window.open('${base}', 'popup');
  document.title = 'done ' + JSON.stringify(got);
})();`;

/** A page on another port of this machine, which a browser considers the same site, and one of another site. */
const crossOrigin =
  (host: string): Looking =>
  async ({ page }, { cluster }, tally) => {
    tally.faults = 15;
    const server = createServer((_, res) => {
      res.writeHead(200, { 'content-type': 'text/html' });
      res.end(`<!doctype html><body><script>${ATTACK(cluster.entered.base)}</script>`);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const other = await page.context().newPage();
    try {
      const before = await running(page);
      await other.goto(`http://${host}:${(server.address() as AddressInfo).port}/`);
      await other.waitForFunction("document.title.startsWith('done')", undefined, { timeout: PATIENCE });
      const got = JSON.parse((await other.title()).slice('done '.length)) as string[];
      for (const one of page.context().pages())
        for (const frame of one.frames())
          if (
            frame !== page.mainFrame() &&
            (await frame
              .locator('#app')
              .count()
              .catch(() => 0)) > 0
          )
            got.push(frame.url());
      const after = await running(page);
      return after === before ? got : [...got, `the nodes were ${before}, and are ${after}`];
    } finally {
      server.close().closeAllConnections();
    }
  };

/** A killed node can be started. */
const running = async (page: Page): Promise<string> =>
  (await page.getByRole('button', { name: /^(?:Kill|Start) n/ }).allInnerTexts()).join();

export const inBrowser: readonly HostileCase<Dashboards>[] = [
  looking('routers, services and rules of markup', 'router', (watching) => notShown(watching, PAYLOADS)),
  looking('requests full of markup', 'router', requests),
  looking('markup in every field of the page', 'router', typed),
  looking('clients that call themselves so', 'cluster', clientNames),
  looking('a page of another port', 'cluster', crossOrigin('127.0.0.1')),
  looking('a page of another site', 'cluster', crossOrigin('localhost')),
];
