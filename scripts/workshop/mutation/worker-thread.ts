import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { build } from 'esbuild';
import type { Outcome, Trial, TrialParts } from './trial.ts';

/** A mutant that fills the memory ends its thread, not the command. */
const MEMORY_MB = 512;

/** tsx does not reach into threads. */
const compileWorker = async (): Promise<string> => {
  const entry = fileURLToPath(new URL('./worker.ts', import.meta.url));
  const { outputFiles } = await build({ entryPoints: [entry], bundle: true, write: false, platform: 'node' });
  return outputFiles[0]!.text;
};

export const startThreads = async (count: number, parts: TrialParts): Promise<readonly TrialThread[]> => {
  const code = await compileWorker();
  return Array.from({ length: count }, () => new TrialThread(code, parts));
};

/** Tries one mutant after the other, each for so long at most. */
export class TrialThread {
  readonly #code: string;
  readonly #parts: TrialParts;
  #worker: Worker | undefined;

  constructor(code: string, parts: TrialParts) {
    this.#code = code;
    this.#parts = parts;
  }

  /** `undefined`: it did not end in time. */
  async attempt(trial: Trial, limitMs: number): Promise<Outcome | undefined> {
    this.#worker ??= this.#start();
    const worker = this.#worker;
    const over = new AbortController();
    const timer = setTimeout(() => over.abort(), limitMs);
    try {
      worker.postMessage(trial);
      const [outcome] = (await once(worker, 'message', { signal: over.signal })) as [Outcome];
      return outcome;
    } catch (error) {
      await this.close();
      return over.signal.aborted ? undefined : { failed: String(error), took: new Map() };
    } finally {
      clearTimeout(timer);
    }
  }

  async close(): Promise<void> {
    await this.#worker?.terminate();
    this.#worker = undefined;
  }

  #start(): Worker {
    const resourceLimits = { maxOldGenerationSizeMb: MEMORY_MB };
    const options = { eval: true, workerData: this.#parts, stdout: true, stderr: true, resourceLimits };
    const worker = new Worker(this.#code, options);
    worker.on('error', () => undefined);
    return worker;
  }
}
