import { spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { readLines } from '../../../shared/lines.ts';

export type Answer = {
  readonly ok: boolean;
  readonly node?: string;
  readonly session?: string;
  readonly error?: string;
};

const LONGEST_ANSWER = 64 * 1024;
/** Longer than any client's own timeout. */
const PATIENCE_MS = 30_000;

/** A separate client program that takes commands as lines. */
export type DrivenClient = { ask(command: 'open' | 'call' | 'close'): Promise<Answer>; end(): Promise<void> };

export const startClient = ([command, ...args]: readonly string[]): DrivenClient => {
  const child = spawn(command!, args, { stdio: ['pipe', 'pipe', 'ignore'] });
  const ended = once(child, 'exit');
  const lines = new EventEmitter();
  readLines(child.stdout, { longest: LONGEST_ANSWER, onLine: ({ text }) => lines.emit('line', text) });
  return {
    async ask(asked) {
      child.stdin.write(`${asked}\n`);
      const late = AbortSignal.timeout(PATIENCE_MS);
      try {
        const [line] = (await once(lines, 'line', { signal: late })) as [string];
        return JSON.parse(line) as Answer;
      } catch {
        return { ok: false, error: child.exitCode === null ? `no answer to ${asked}` : 'the client program has ended' };
      }
    },
    async end() {
      child.kill('SIGKILL');
      await ended;
    },
  };
};
