import { setTimeout as wait } from 'node:timers/promises';
import { type OwnedProcess, startOwnedProcess } from '../../cluster/owned-process.ts';
import type { FrontView } from './client-options.ts';

export type FrontOptions = {
  readonly name: string;
  readonly url: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly onLine: (line: string) => void;
  /** It ended unexpectedly. */
  readonly onDeath: (how: string) => void;
};

/** Long enough for a busy machine; delays that clients see are checked elsewhere. */
const START_MS = 120_000;
const STEADY_MS = 4000;

/** A proxy as a process that can be stopped and started repeatedly. */
export class Front implements FrontView {
  readonly name: string;
  readonly url: string;
  readonly #options: FrontOptions;
  #running: OwnedProcess | undefined;
  #wanted = false;
  #since = Number.POSITIVE_INFINITY;

  constructor(options: FrontOptions) {
    this.name = options.name;
    this.url = `${options.url}/mcp`;
    this.#options = options;
  }

  get pid(): number | undefined {
    return this.#running?.pid;
  }

  steady(): boolean {
    return performance.now() - this.#since > STEADY_MS;
  }

  /** Resolves when a node answers through it. */
  async start(): Promise<void> {
    if (this.#running !== undefined) return;
    const { command, args, onLine, onDeath } = this.#options;
    const running = await startOwnedProcess({ command, args, onLine });
    this.#running = running;
    this.#wanted = true;
    void running.ended.then((how) => {
      this.#since = Number.POSITIVE_INFINITY;
      if (this.#running === running && this.#wanted) onDeath(how);
      if (this.#running === running) this.#running = undefined;
    });
    await this.answers();
    this.#since = performance.now();
  }

  async answers(): Promise<void> {
    const deadline = performance.now() + START_MS;
    for (let got = await this.#reached(); got !== undefined; got = await this.#reached()) {
      if (performance.now() > deadline) throw new Error(`no node answers through ${this.name}: ${got}`);
      await wait(100);
    }
  }

  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const running = this.#running;
    this.#wanted = false;
    this.#since = Number.POSITIVE_INFINITY;
    running?.signal(signal);
    running?.signal('SIGCONT');
    // Traefik waits for its streams, which never end by themselves.
    const timer = setTimeout(() => running?.signal('SIGKILL'), 5000);
    await running?.ended;
    clearTimeout(timer);
  }

  signal(name: 'SIGSTOP' | 'SIGCONT'): void {
    this.#running?.signal(name);
  }

  /** Undefined: a node answered; otherwise what came instead. */
  async #reached(): Promise<string | undefined> {
    try {
      const answer = await fetch(this.url, { signal: AbortSignal.timeout(2000), headers: { connection: 'close' } });
      const text = await answer.text();
      return answer.headers.has('x-mooring-node') ? undefined : `${answer.status} ${text.slice(0, 100)}`;
    } catch (error) {
      return String((error as Error).cause ?? error);
    }
  }
}
