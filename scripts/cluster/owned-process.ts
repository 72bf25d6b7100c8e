import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { END_WITH_PARENT, type Pids, pidsIn } from '../../shared/end-with-parent.ts';
import { howShellTells } from '../../shared/how-it-ended.ts';
import { type Line, readLines } from '../../shared/lines.ts';

/** A program that ends with this process, however this process ends, and so does all of its process group. */
export type OwnedProcess = {
  readonly pid: number;
  /** How it ended, in words: `with code 1`, `by SIGKILL`. */
  readonly ended: Promise<string>;
  signal(name: NodeJS.Signals): void;
  /** Signals its process group, as `npx` and `uv run` do not forward every signal. */
  signalAll(name: GroupSignal): void;
};

/** Other signals would end the shell that guards the program. */
export type GroupSignal = 'SIGTERM' | 'SIGKILL' | 'SIGSTOP' | 'SIGCONT';

export type OwnedProcessOptions = {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly onLine: (line: string, stream: 'stdout' | 'stderr') => void;
};

/** A process that left the group may hold the pipes open; its later output is not awaited. */
const LAST_WORDS_MS = 1000;

export const startOwnedProcess = async ({ command, args, env, onLine }: OwnedProcessOptions): Promise<OwnedProcess> => {
  const child = spawn('/bin/sh', ['-c', END_WITH_PARENT, command, ...args], { env, stdio: 'pipe', detached: true });
  // The shell may exit before its pipe closes; that error is harmless.
  child.stdin.on('error', () => undefined);
  child.once('exit', () => {
    child.stdin.end();
    const timer = setTimeout(() => [child.stdout, child.stderr].forEach((pipe) => void pipe.destroy()), LAST_WORDS_MS);
    child.once('close', () => clearTimeout(timer));
  });
  const closed = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  let running = true;
  const ended = closed.then(([code, signal]) => {
    running = false;
    return signal === null ? howShellTells(code ?? 0) : `by ${signal}`;
  });
  const { pid, group, reader } = await new Promise<Pids>((resolve, reject) => {
    child.once('error', reject);
    void ended.then((how) => reject(new Error(`${command} ended ${how} before it began`)));
    readLines(child.stderr, { longest: LONGEST_LINE, onLine: (line) => onLine(shown(line), 'stderr') });
    let known = false;
    readLines(child.stdout, {
      longest: LONGEST_LINE,
      onLine: (line) => {
        const pids = known ? undefined : pidsIn(line.text, child.pid);
        if (pids === undefined) return onLine(shown(line), 'stdout');
        known = true;
        resolve(pids);
      },
    });
  });
  const signalAll = (name: GroupSignal): void => {
    if (!running) return;
    send(-group, name);
    // The guarding shell must not be stopped with it.
    if (name === 'SIGSTOP') for (const guard of [group, reader]) send(guard, 'SIGCONT');
  };
  return { pid, ended, signal: (name) => void (running && send(pid, name)), signalAll };
};

/** Longer lines are cut: people read them, and the beginning is enough. */
const LONGEST_LINE = 256 * 1024;
const shown = ({ text, whole }: Line): string => (whole ? text : `${text} … cut`);

const send = (pid: number, name: NodeJS.Signals): void => {
  try {
    process.kill(pid, name);
  } catch {
    // It has just ended: nothing is left to signal.
  }
};
