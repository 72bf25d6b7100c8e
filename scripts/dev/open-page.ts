import { spawn } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export type PageOpener = { open(url: string): Promise<void>; close(): Promise<void> };

/**
 * Opens a page in the user's browser, if there is one. Its URL contains a secret, and every user of the machine can
 * read the arguments of a process: so the browser opens a file that redirects there and that only this user can read.
 * `folder` must belong to this user alone.
 */
export const pageOpener = (folder: string, port: number, start = startBrowser): PageOpener => {
  const file = join(folder, `dashboard-${port}.html`);
  return {
    open: async (url) => {
      // Fails if the file exists: it could be readable by others.
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
