import { statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { startDashboard } from '../../../router/dashboard/start-dashboard.ts';
import { launchBrowser, noBrowser } from '../../../router/dashboard/test-browser.ts';
import { defineCommand, type ExitCode } from '../../cli/command.ts';
import type { Terminal } from '../../cli/terminal.ts';
import { clientEntryPoint } from '../../cluster/addresses.ts';
import { startCluster } from '../../cluster/start-cluster.ts';
import { makeTraffic } from './traffic.ts';

const usage = `Usage: npm run screenshots [-- --out DIR]

Starts three nodes and the router, lets clients come, kills a node, drains another, and takes the pictures of the
dashboard that the README shows. Needs chromium on the PATH. Takes about half a minute.

  --out DIR   where the pictures go (router/dashboard)
  --json      one JSON object
  --help      this text

Exits with 0, with 1 when there is no browser, 2 for wrong usage.`;

const HERE = fileURLToPath(new URL('../../../router/dashboard/', import.meta.url));
const CLIENTS = 60;
const SIZE = { width: 1280, height: 780 };

export const command = defineCommand({
  summary: 'takes the pictures of the dashboard for the README',
  usage,
  options: { out: { type: 'string', default: HERE } },
  run: ({ values, terminal }) => run(values.out, { json: values.json === true, terminal }),
});

type Said = { readonly json: boolean; readonly terminal: Terminal };

const run = async (folder: string, { json, terminal }: Said): Promise<ExitCode> => {
  if (noBrowser) {
    terminal.complain(`${noBrowser}: install chromium, and run this again`);
    return 1;
  }
  if (!json) terminal.complain('starting three nodes, the router and a browser');
  const pictures = await takePictures(folder, (text) => !json && terminal.complain(text));
  if (json) terminal.print(JSON.stringify({ pictures }));
  else for (const { file, bytes } of pictures) terminal.print(`${file}  ${Math.round(bytes / 1024)} KB`);
  return 0;
};

type Picture = { readonly file: string; readonly bytes: number };

const takePictures = async (folder: string, progress: (text: string) => void): Promise<readonly Picture[]> => {
  const [cluster, browser] = await Promise.all([startCluster({ nodes: 3 }), launchBrowser()]);
  const leaving = new AbortController();
  const addresses = new Map([[clientEntryPoint(cluster.topology()).name, cluster.url]]);
  const dashboard = await startDashboard({ router: cluster.router!, cluster, port: 0, addresses });
  try {
    const page = await browser.newPage({ viewport: SIZE, reducedMotion: 'reduce' });
    await page.goto(dashboard.url);
    progress(`${CLIENTS} clients come`);
    await makeTraffic(cluster.mcp, CLIENTS, leaving.signal);
    progress('a node is killed, another drains');
    await makeHistory(page);
    return [await take(page, 'light', folder), await take(page, 'dark', folder)];
  } finally {
    leaving.abort();
    await browser.close();
    await dashboard.close();
    await cluster.close();
  }
};

/** Worth a picture: sessions that moved from one node to others. */
const makeHistory = async (page: Page): Promise<void> => {
  await page.waitForTimeout(5000);
  await page.getByRole('button', { name: 'Kill n1', exact: true }).click();
  await page
    .getByText(/sessions? back, from n1/)
    .first()
    .waitFor();
  await page.getByRole('button', { name: 'Drain n3', exact: true }).click();
  await page.getByRole('button', { name: 'Undrain n3', exact: true }).waitFor();
  await page.waitForTimeout(5000);
};

const take = async (page: Page, colorScheme: 'light' | 'dark', folder: string): Promise<Picture> => {
  await page.emulateMedia({ colorScheme });
  const file = join(folder, `screenshot-${colorScheme}.png`);
  await page.mouse.move(0, 0);
  await page.screenshot({ path: file });
  return { file, bytes: statSync(file).size };
};
