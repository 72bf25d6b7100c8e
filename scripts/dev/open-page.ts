import { spawn } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export type PageOpener = { open(url: string): Promise<void>; close(): Promise<void> };

/**
 * Opens a page in the browser of whoever sits here; where there is none, its address has been printed. Every user of
 * the machine can read the arguments of a process, and the address has a secret in it: the browser gets a file that
 * leads there, which only this user can read. `folder` must be this user's alone.
 */
export const pageOpener = (folder: string, port: number, start = startBrowser): PageOpener => {
  const file = join(folder, `dashboard-${port}.html`);
  return {
    open: async (url) => {
      // Not into a file that is there: it could have been left readable.
      await rm(file, { force: true });
      await writeFile(file, leadsTo(url), { mode: 0o600, flag: 'wx' });
      start(file);
    },
    close: () => rm(file, { force: true }),
  };
};

const leadsTo = (url: string): string =>
  `<!doctype html><meta charset="utf-8"><title>mooring</title><meta http-equiv="refresh" content="0;url=${url}">\n`;

const startBrowser = (file: string): void => {
  const command = process.platform === 'darwin' ? 'open' : 'xdg-open';
  spawn(command, [file], { stdio: 'ignore', detached: true })
    .on('error', () => undefined)
    .unref();
};
