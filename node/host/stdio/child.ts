import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { Duplex, Readable, Writable } from 'node:stream';
import { howShellTells } from '../../../shared/how-it-ended.ts';
import { type Line, readLines } from '../../../shared/lines.ts';
import type { ServerCommand } from '../../../shared/split-at-dashes.ts';
import { GUARD } from './guard.ts';

export type ChildOptions = {
  readonly command: ServerCommand;
  readonly env: NodeJS.ProcessEnv;
  /** Of standard output. */
  readonly onLine: (line: Line) => void;
  readonly onError: (line: string) => void;
  /** It ended, or its pipes broke. Called at most once, and not after `end`. */
  readonly onOver: (how: string) => void;
  /** How long the guard may take to end everything; then its whole group is killed. */
  readonly endMs?: number;
};

/** A program that reads and writes lines. It and everything it has started end, however this process ends. */
export type Child = {
  /** With its end of line. False: the program reads too slowly, and its buffer is full. */
  write(line: Uint8Array): boolean;
  /** Closes its input, gives it time, and then kills it. */
  end(): void;
  /** Neither the program nor any of its descendants is left. */
  readonly gone: Promise<void>;
};

/** The limit of one message, which may be a screenshot. */
export const LONGEST_LINE = 16 * 1024 * 1024;
/** Only the beginning of standard error is useful to people. */
const LONGEST_ERROR = 1000;
/** The buffer for a program that does not read: two of the largest requests. */
const MAX_UNREAD = 8 * 1024 * 1024;
/** A pipe mostly closes because the program ends, and its exit code says more. */
const EXPLAINS_ITSELF_MS = 500;
/** A process that left its group may keep its output open; we do not wait for that. */
const LAST_WORDS_MS = 1000;
/** A program may stop its guard, with a signal that no process can ignore. */
const WAKE_MS = 1000;
/** Several times what the guard needs on a busy machine. */
const END_MS = 30_000;

export const startChild = (options: ChildOptions): Child => {
  const { command, env } = options;
  const args = ['-c', GUARD, 'sh', randomUUID(), ...command];
  const child = spawn('/bin/sh', args, { env, stdio: ['pipe', 'pipe', 'pipe', 'pipe'], detached: true });
  const exit = howGone(child);
  const [stdin, stdout, stderr, guard] = child.stdio as unknown as [Writable, Readable, Readable, Duplex];
  for (const pipe of [stdin, stdout, stderr, guard]) pipe.on('error', () => undefined);
  const { over, silence } = onceOver(options.onOver);
  readLines(stdout, { longest: LONGEST_LINE, onLine: options.onLine });
  readLines(stderr, { longest: LONGEST_ERROR, onLine: ({ text }) => options.onError(text) });
  stdin.once('close', () => over('closed its input', EXPLAINS_ITSELF_MS));
  stdout.once('close', () => over('closed its output', EXPLAINS_ITSELF_MS));
  const onExit = (code: string): void => {
    const how = `ended ${howShellTells(Number(code))}`;
    const notify = (): void => over(how, stdout.readableEnded && stderr.readableEnded ? 0 : LAST_WORDS_MS);
    for (const pipe of [stdout, stderr]) pipe.once('end', notify);
    notify();
  };
  readLines(guard, { longest: 10, onLine: ({ text }) => onExit(text) });
  let ending: NodeJS.Timeout | undefined;
  const gone = exit.then((how) => {
    clearInterval(ending);
    over(how);
    for (const pipe of [stdin, stdout, stderr, guard]) pipe.destroy();
  });
  const write = (line: Uint8Array): boolean => {
    if (stdin.writableLength > MAX_UNREAD) return false;
    stdin.write(line);
    return true;
  };
  const end = (): void => {
    silence();
    // Further output is not read: it may be the reason why the program is ended.
    for (const pipe of [stdout, stderr]) pipe.pause();
    guard.end();
    stdin.destroy();
    ending ??= keepAwake(child, options.endMs ?? END_MS);
  };
  return { gone, write, end };
};

const keepAwake = ({ pid }: ChildProcess, endMs: number): NodeJS.Timeout => {
  const deadline = performance.now() + endMs;
  return setInterval(() => {
    try {
      process.kill(-(pid as number), performance.now() < deadline ? 'SIGCONT' : 'SIGKILL');
    } catch {
      // It has ended in this very moment.
    }
  }, WAKE_MS);
};

const howGone = async (child: ChildProcess): Promise<string> => {
  try {
    await once(child, 'exit');
    return 'ended with its guard';
  } catch (error) {
    return `did not start (${(error as NodeJS.ErrnoException).code})`;
  }
};

/** Reports the last reason it got, when the shortest of the waits is over. */
const onceOver = (report: (how: string) => void) => {
  let reason = '';
  let timer: NodeJS.Timeout | undefined;
  let silent = false;
  const silence = (): void => {
    silent = true;
    clearTimeout(timer);
  };
  const over = (how: string, inMs = 0): void => {
    if (silent) return;
    // An exit explains a closed pipe; a closed pipe does not explain an exit.
    if (reason === '' || !reason.startsWith('ended')) reason = how;
    clearTimeout(timer);
    const notify = (): void => {
      silence();
      report(reason);
    };
    if (inMs === 0) notify();
    else timer = setTimeout(notify, inMs);
  };
  return { over, silence };
};
