import { backOff } from './back-off.ts';
import type { NodeState } from './cluster.ts';
import type { Command } from './node-program.ts';
import { type GroupSignal, type OwnedProcess, startOwnedProcess } from './owned-process.ts';

export type KeptProcessOptions = {
  /** Its name in messages. */
  readonly name: string;
  /** Called at each start. */
  readonly command: () => Command;
  readonly env?: NodeJS.ProcessEnv;
  /** Resolves when it answers. Without this, it must print a ready event, as our own programs do. */
  readonly awaitAnswer?: (starting: Starting) => Promise<void>;
  readonly onState: (state: NodeState, detail?: string) => void;
  readonly onLine: (line: string) => void;
};

/** For a process that does not answer yet. The signal aborts when it does, or never will. */
export type Starting = { readonly signal: AbortSignal; readonly lastLine: () => string | undefined };

/** From one start of the process to its end. */
type Run = {
  readonly process: Promise<OwnedProcess>;
  readonly ready: Promise<void>;
  readonly lastLines: string[];
  readonly startedAt: number;
  /** Started by a person or a test, who gets the error. Other starts are retried. */
  readonly asked: boolean;
  pid: number | undefined;
  wasReady: boolean;
};

/** Enough lines for a stack trace and its message. */
const LAST_LINES = 20;
/** After this uptime, a death does not count as one in a row. */
const STEADY_MS = 10_000;

/** Restarts a process that dies by itself, but not one that was stopped on purpose. */
export class KeptProcess {
  state: NodeState = 'down';
  restarts = 0;
  readonly #options: KeptProcessOptions;
  #run: Run | undefined;
  #wanted = false;
  #deaths = 0;
  #revival: NodeJS.Timeout | undefined;

  constructor(options: KeptProcessOptions) {
    this.#options = options;
  }

  get name(): string {
    return this.#options.name;
  }

  get pid(): number | undefined {
    return this.#run?.pid;
  }

  /** Resolves when it answers; rejects, with its last lines, when it ends first. */
  async start(): Promise<void> {
    clearTimeout(this.#revival);
    this.#wanted = true;
    this.#run ??= this.#launch(true);
    await this.#run.ready;
  }

  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** With a limit, it is killed when the time is up. */
  async stop(limitMs?: number): Promise<void> {
    if (this.#run !== undefined) this.#become('stopping');
    const timer = limitMs === undefined ? undefined : setTimeout(() => this.#signalAll('SIGKILL'), limitMs);
    await this.#end('SIGTERM').finally(() => clearTimeout(timer));
  }

  async startAgain(): Promise<void> {
    this.restarts += 1;
    await this.start();
  }

  freeze(): void {
    this.#signalAll('SIGSTOP');
    this.#become('frozen');
  }

  thaw(): void {
    this.#signalAll('SIGCONT');
    this.#become('up');
  }

  /** Signals the process only, not its group. */
  signal(name: NodeJS.Signals): void {
    void this.#run?.process.then((running) => running.signal(name)).catch(() => undefined);
  }

  async #end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    clearTimeout(this.#revival);
    this.#wanted = false;
    const running = await this.#run?.process.catch(() => undefined);
    running?.signalAll(signal);
    // A frozen process receives SIGTERM only after SIGCONT.
    running?.signalAll('SIGCONT');
    await running?.ended;
    this.#become('down');
  }

  #signalAll(name: GroupSignal): void {
    void this.#run?.process.then((running) => running.signalAll(name)).catch(() => undefined);
  }

  #launch(asked: boolean): Run {
    this.#become('starting');
    const { promise: printedReady, resolve: onReady } = pending();
    const ofOurs = this.#options.awaitAnswer === undefined;
    const lastLines: string[] = [];
    const onLine = (line: string, stream: 'stdout' | 'stderr'): void => {
      if (ofOurs && stream === 'stdout' && line.startsWith('{"event":"ready"')) return onReady();
      lastLines.push(line);
      if (lastLines.length > LAST_LINES) lastLines.shift();
      this.#options.onLine(line);
    };
    const { command, env, awaitAnswer } = this.#options;
    const [program, ...args] = command();
    const process = startOwnedProcess({ command: program, args, onLine, ...(env && { env }) });
    const over = process.then(({ ended }) => ended);
    const decided = new AbortController();
    const answers = awaitAnswer?.({ signal: decided.signal, lastLine: () => lastLines.at(-1) }) ?? printedReady;
    const ready = Promise.race([answers, over.then((how) => this.#neverReady(how, lastLines))]);
    ready.catch(() => undefined).finally(() => decided.abort());
    const run: Run = {
      process,
      ready,
      lastLines,
      asked,
      startedAt: performance.now(),
      pid: undefined,
      wasReady: false,
    };
    process.then(({ pid }) => Object.assign(run, { pid })).catch(() => undefined);
    ready.then(() => this.#answers(run)).catch(() => undefined);
    over.catch((error: Error) => error.message).then((how) => this.#over(run, how));
    return run;
  }

  #neverReady(how: string, lastLines: readonly string[]): never {
    throw new Error([`${this.name} ended ${how} before it was ready`, ...lastLines].join('\n  '));
  }

  #answers(run: Run): void {
    run.wasReady = true;
    this.#become('up');
  }

  #over(run: Run, how: string): void {
    this.#run = undefined;
    if (!this.#wanted) return this.#become('down');
    const down = (next: string): void => this.#become('down', [`ended ${how}; ${next}`, ...run.lastLines].join('\n'));
    if (run.asked && !run.wasReady) return down('it was never ready, so it is not restarted');
    const steady = performance.now() - run.startedAt > STEADY_MS;
    this.#deaths = steady ? 1 : this.#deaths + 1;
    const delay = backOff(this.#deaths);
    this.#revival = setTimeout(() => {
      this.restarts += 1;
      this.#run = this.#launch(false);
    }, delay);
    down(`it restarts in ${delay} ms; its last lines:`);
  }

  #become(state: NodeState, detail?: string): void {
    if (this.state === state) return;
    this.state = state;
    this.#options.onState(state, detail);
  }
}

const pending = (): { readonly promise: Promise<void>; readonly resolve: () => void } => {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
};
