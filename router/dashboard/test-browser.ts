import type { TestContext } from 'node:test';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { findProgram } from '../../shared/find-program.ts';

const executablePath = findProgram(['chromium', 'chromium-browser', 'google-chrome']);

/** Why browser tests are skipped, if they are. */
export const noBrowser = executablePath === undefined ? 'there is no chromium on the PATH' : false;

export const launchBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: executablePath!, args: ['--no-sandbox'] });

/** A browser whose profile is in this folder. */
export const launchProfile = (folder: string): Promise<BrowserContext> =>
  chromium.launchPersistentContext(folder, {
    executablePath: executablePath!,
    args: ['--no-sandbox'],
    ignoreHTTPSErrors: true,
  });

const PATIENCE_MS = 120_000;

export type Opened = { readonly page: Page; readonly complaints: string[] };

/** A page that has received data from the router; collects all browser errors from then on. */
export const openPage = async (
  t: TestContext,
  { browser, url, ...options }: BrowserContextOptions & { readonly browser: Browser; readonly url: string },
): Promise<Opened> => {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce', ...options });
  t.after(() => page.close());
  page.setDefaultTimeout(PATIENCE_MS);
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(url);
  await page.getByRole('article').first().waitFor();
  return { page, complaints };
};

export const sessionRow = (page: Page, client: string) =>
  page.getByRole('region', { name: 'Sessions' }).getByRole('row').filter({ hasText: client });
