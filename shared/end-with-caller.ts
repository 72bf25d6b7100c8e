import { closeSync, readFileSync } from 'node:fs';
import { isatty } from 'node:tty';

/** How often it checks whether the caller is still there. */
const LOOK_MS = 250;

let ending = false;

/** Gracefully, and once: a second SIGTERM would make it exit at once. */
const end = (): void => {
  if (ending) return;
  ending = true;
  process.kill(process.pid, 'SIGTERM');
};

/**
 * npm's shell ends on a signal without passing it on, and does not end when npm is killed, so whatever it started would
 * stay. Other callers do not matter: a background process outlives its shell on purpose.
 */
export const endWithCaller = (env: NodeJS.ProcessEnv): void => {
  if (env.npm_command === undefined) return;
  const caller = process.ppid;
  const npm = parentOfShell(caller);
  const isGone = (): boolean => process.ppid !== caller || (npm !== undefined && parentOfShell(caller) !== npm);
  setInterval(() => isGone() && end(), LOOK_MS).unref();
};

/** Known on Linux; elsewhere such a shell is replaced by its command, and npm itself is the parent. */
const parentOfShell = (pid: number): string | undefined => {
  try {
    return /^\d+ \(sh\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'latin1'))?.[1];
  } catch {
    return undefined;
  }
};

/** A terminal that closes, or a reader that leaves: further output reaches nobody. */
export const endWithReader = (): void => {
  // Checked now: a terminal that is gone reports that it is none.
  const terminals = [0, 1, 2].filter((fd) => isatty(fd));
  process.on('SIGHUP', end);
  // Also if a failed write has already started the shutdown.
  process.once('SIGHUP', () => process.on('exit', () => terminals.forEach(leave)));
  for (const stream of [process.stdout, process.stderr]) stream.on('error', end);
};

/** Node restores a terminal at exit, and aborts if the terminal is gone; it skips closed descriptors. */
const leave = (fd: number): void => {
  try {
    closeSync(fd);
  } catch {
    // Already closed by other code.
  }
};
