/** Tries mutants on a separate thread, which can be ended when one of them does not end. */
import { createRequire } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import { createTrials, type Trial, type TrialParts } from './trial.ts';

// What a finished mutant left behind proves nothing about the next one.
process.on('unhandledRejection', () => undefined);
process.on('uncaughtException', () => undefined);

const parts = workerData as TrialParts;

// The same examples each time, and no search for the smallest failing one.
const checks = createRequire(parts.root)('fast-check') as { configureGlobal(options: object): void };
checks.configureGlobal({ seed: 1, endOnFailure: true });

const attempt = createTrials(parts);
parentPort!.on('message', async (trial: Trial) => parentPort!.postMessage(await attempt(trial)));
