import { closeSync, readFileSync } from 'node:fs';
import { isatty } from 'node:tty';

/** How often it is looked whether the caller is still there. */
const LOOK_MS = 250;

let ending = false;

/** In order, and once: a second SIGTERM would end it at once. */
const end = (): void => {
  if (ending) return;
  ending = true;
  process.kill(process.pid, 'SIGTERM');
};

/**
 * npm's shell ends by a signal and does not pass it on, and does not end when npm is killed: what it had started would
 * stay. Of other callers nothing follows, for what was put in the background outlives its shell on purpose.
 */
export const endWithCaller = (env: NodeJS.ProcessEnv): void => {
  if (env.npm_command === undefined) return;
  const caller = process.ppid;
  const npm = parentOfShell(caller);
  const isGone = (): boolean => process.ppid !== caller || (npm !== undefined && parentOfShell(caller) !== npm);
  setInterval(() => isGone() && end(), LOOK_MS).unref();
};

/** Linux tells it; elsewhere such a shell becomes the command it was given, and npm is the parent itself. */
const parentOfShell = (pid: number): string | undefined => {
  try {
    return /^\d+ \(sh\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'latin1'))?.[1];
  } catch {
    return undefined;
  }
};

/** A terminal that closes, or a reader that leaves: nothing that is said from then on reaches anybody. */
export const endWithReader = (): void => {
  const terminals = [0, 1, 2].filter((fd) => isatty(fd));
  process.on('SIGHUP', () => {
    if (!ending) process.on('exit', () => terminals.forEach(leave));
    end();
  });
  for (const stream of [process.stdout, process.stderr]) stream.on('error', end);
};

/** Node sets a terminal back at the exit, and aborts if the terminal is gone; what is closed it leaves alone. */
const leave = (fd: number): void => {
  try {
    closeSync(fd);
  } catch {
    // Somebody else closed it.
  }
};
