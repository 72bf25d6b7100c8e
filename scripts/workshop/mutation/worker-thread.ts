import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { build } from 'esbuild';
import type { Outcome, Trial, TrialParts } from './trial.ts';

/** tsx does not work inside threads. */
const compileWorker = async (): Promise<string> => {
  const entry = fileURLToPath(new URL('./worker.ts', import.meta.url));
  const { outputFiles } = await build({ entryPoints: [entry], bundle: true, write: false, platform: 'node' });
  return outputFiles[0]!.text;
};

/** Tries one mutant after another, with a time limit each. */
export class TrialThread {
  readonly #code: string;
  readonly #parts: TrialParts;
  #worker: Worker | undefined;

  private constructor(code: string, parts: TrialParts) {
    this.#code = code;
    this.#parts = parts;
  }

  static async start(parts: TrialParts): Promise<TrialThread> {
    return new TrialThread(await compileWorker(), parts);
  }

  async attempt(trial: Trial, limitMs: number): Promise<Outcome> {
    this.#worker ??= this.#run();
    const worker = this.#worker;
    const over = new AbortController();
    const timer = setTimeout(() => over.abort(), limitMs);
    try {
      worker.postMessage(trial);
      const [outcome] = (await once(worker, 'message', { signal: over.signal })) as [Outcome];
      return outcome;
    } catch (error) {
      await worker.terminate();
      this.#worker = undefined;
      return over.signal.aborted ? { kind: 'endless' } : { kind: 'failed', why: String(error) };
    } finally {
      clearTimeout(timer);
    }
  }

  #run(): Worker {
    const worker = new Worker(this.#code, { eval: true, workerData: this.#parts, stdout: true, stderr: true });
    // A later result belongs to a mutant that is over.
    return worker.on('error', () => undefined);
  }
}
