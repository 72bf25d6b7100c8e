import { close, mkdirSync, openSync, write } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { isatty } from 'node:tty';
import { promisify } from 'node:util';
import { forTerminal } from '../../../../shared/terminal-text.ts';

/** The destination of lines. Nothing here blocks the event loop; `write` may take as long as the disk. */
export type LogFile = { write(bytes: Buffer): Promise<void>; close(): Promise<void> };

const STDOUT = 1;
/** Delay before writing again to a full pipe. */
const PIPE_RETRY_MS = 10;
const writeTo = promisify(write);
const closeIt = promisify(close);

/** Opened at once, so that a wrong path is an error at start. Not process.stdout: it would block on a full pipe. */
export const openLogFile = (path: string | undefined): LogFile => {
  if (path === undefined)
    return { write: (bytes) => writeAll(STDOUT, isatty(STDOUT) ? shown(bytes) : bytes), close: async () => {} };
  mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
  const fd = openSync(path, 'a', 0o664);
  return { write: (bytes) => writeAll(fd, bytes), close: () => closeIt(fd) };
};

/** These lines contain client input. For programs they are written as Traefik writes them. */
const shown = (bytes: Buffer): Buffer => Buffer.from(forTerminal(bytes.toString(), { color: false }));

const writeAll = async (fd: number, bytes: Buffer): Promise<void> => {
  let rest = bytes;
  while (rest.length > 0) {
    try {
      const { bytesWritten } = await writeTo(fd, rest);
      rest = rest.subarray(bytesWritten);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      await wait(PIPE_RETRY_MS);
    }
  }
};
