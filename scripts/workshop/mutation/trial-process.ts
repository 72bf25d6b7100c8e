import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Order } from './slot.ts';
import type { Outcome, Trial, TrialParts } from './trial.ts';

/** Far more than any test needs. */
const MEMORY_MB = 1024;
const SLOT = fileURLToPath(new URL('./slot.ts', import.meta.url));

/** Tries one mutant after another in a separate process, which is restarted when a mutant has ended it. */
export class TrialProcess {
  readonly #parts: TrialParts;
  #child: ChildProcess | undefined;

  constructor(parts: TrialParts) {
    this.#parts = parts;
  }

  async attempt(trial: Trial, limitMs: number): Promise<Outcome> {
    try {
      if (this.#child === undefined) await this.#start();
      return (await this.#ask({ trial, limitMs })) as Outcome;
    } catch (error) {
      this.close();
      return { kind: 'failed', why: String(error) };
    }
  }

  close(): void {
    this.#child?.kill('SIGKILL');
    this.#child = undefined;
  }

  async #start(): Promise<void> {
    const execArgv = ['--import', 'tsx/esm', `--max-old-space-size=${MEMORY_MB}`];
    this.#child = fork(SLOT, { execArgv, serialization: 'advanced', stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    await this.#ask({ parts: this.#parts });
  }

  async #ask(order: Order): Promise<unknown> {
    const child = this.#child!;
    const over = new AbortController();
    const ended = once(child, 'exit', { signal: over.signal }).then(() => {
      throw new Error('the process ended');
    });
    try {
      const answered = once(child, 'message', { signal: over.signal });
      child.send(order);
      const [answer] = await Promise.race([answered, ended]);
      return answer;
    } finally {
      over.abort();
      ended.catch(() => undefined);
    }
  }
}
