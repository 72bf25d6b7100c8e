import { spawn } from 'node:child_process';

/** In the browser of whoever sits here; where there is none, the address has been printed. */
export const openPage = (url: string): void => {
  const command = process.platform === 'darwin' ? 'open' : 'xdg-open';
  spawn(command, [url], { stdio: 'ignore', detached: true })
    .on('error', () => undefined)
    .unref();
};
