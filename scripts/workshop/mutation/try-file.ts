import { findMutants, type Mutant, mutate } from './find-mutants.ts';
import { compile, type Modules, testsOf } from './modules.ts';
import type { Trial } from './trial.ts';
import type { TrialProcess } from './trial-process.ts';

type Verdict = 'killed' | 'endless' | 'survived';
export type Tried = Mutant & { readonly file: string; readonly verdict: Verdict };

type Options = {
  readonly modules: Modules;
  readonly processes: readonly TrialProcess[];
  readonly signal: AbortSignal;
};

/** The first run includes compilation, and other work may interfere. */
const BASELINE_MS = 120_000;
const limitOf = (tookMs: number): number => 3000 + 5 * tookMs;

/** Without any change: a test that fails here proves nothing about mutants. */
export class TestsFail extends Error {}

/** Every mutant of one file. The tests must pass without one. */
export const tryFile = async (file: string, { modules, processes, signal }: Options): Promise<readonly Tried[]> => {
  const { source } = modules.get(file)!;
  const tests = testsOf(modules, file);
  const waiting = [...findMutants(source)];
  if (waiting.length === 0) return [];
  if (tests.length === 0) return waiting.map((mutant) => ({ ...mutant, file, verdict: 'survived' }));
  const { took, limitMs } = await baseline(processes[0]!, tests);
  const tried: Tried[] = [];
  const work = async (slot: TrialProcess): Promise<void> => {
    for (let mutant = waiting.shift(); mutant && !signal.aborted; mutant = waiting.shift()) {
      const trial = { tests, took, mutant: { file, code: await compile(file, mutate(source, mutant)) } };
      tried.push({ ...mutant, file, verdict: await judge(slot, trial, limitMs) });
    }
  };
  await Promise.all(processes.map(work));
  return tried.sort((a, b) => a.start - b.start || a.end - b.end);
};

const judge = async (slot: TrialProcess, trial: Trial, limitMs: number): Promise<Verdict> => {
  const { kind } = await slot.attempt(trial, limitMs);
  return ({ passed: 'survived', failed: 'killed', endless: 'endless' } as const)[kind];
};

/** The second run counts: by then everything is compiled. */
const baseline = async (slot: TrialProcess, tests: readonly string[]) => {
  await passing(slot, tests);
  const start = performance.now();
  const took = await passing(slot, tests);
  return { took, limitMs: limitOf(performance.now() - start) };
};

const passing = async (slot: TrialProcess, tests: readonly string[]): Promise<ReadonlyMap<string, number>> => {
  const outcome = await slot.attempt({ tests, took: new Map() }, BASELINE_MS);
  if (outcome.kind === 'passed') return outcome.took;
  throw new TestsFail(outcome.kind === 'failed' ? outcome.why : 'they do not end');
};
