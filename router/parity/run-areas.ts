import { setTimeout } from 'node:timers/promises';
import type { Area, Case } from './case.ts';
import { closeStage, labOf, openStage, runCase, type Stage } from './lab.ts';
import type { SubjectKind } from './subject.ts';

export type Outcome = { readonly area: string; readonly name: string; readonly error: Error | undefined };
type Chosen = { readonly area: Area; readonly cases: readonly Case[] };

/** Processes that run at the same time. */
const AT_ONCE = 2;
// Longer than any case waits: ends cases that hang.
const LONGEST_CASE = 20_000;

/** Runs the chosen cases; areas in parallel, the cases of one area in order. */
export async function* runAreas(kind: SubjectKind, areas: readonly Area[], only = ''): AsyncGenerator<Outcome> {
  const chosen = areas
    .map((area) => ({ area, cases: area.cases.filter((one) => `${area.name}: ${one.name}`.includes(only)) }))
    .filter(({ cases }) => cases.length > 0);
  const together = chosen.filter(({ area }) => area.alone === undefined);
  const stages = [together, ...chosen.filter(({ area }) => area.alone !== undefined).map((one) => [one])];
  const waiting = stages.filter((stage) => stage.length > 0);
  const running: Promise<Outcome[]>[] = [];
  while (waiting.length > 0 || running.length > 0) {
    while (waiting.length > 0 && running.length < AT_ONCE) running.push(runStage(kind, waiting.shift()!));
    yield* await running.shift()!;
  }
}

const runStage = async (kind: SubjectKind, chosen: readonly Chosen[]): Promise<Outcome[]> => {
  const opened = await attempt(() =>
    openStage(
      kind,
      chosen.map(({ area }) => area),
    ),
  );
  if (opened instanceof Error)
    return chosen.flatMap(({ area, cases }) => cases.map((one) => outcome(area, one, opened)));
  try {
    const outcomes = await Promise.all(chosen.map(({ area, cases }) => runArea(area, cases, opened)));
    return outcomes.flat();
  } finally {
    await closeStage(opened);
  }
};

const runArea = async (area: Area, cases: readonly Case[], stage: Stage): Promise<Outcome[]> => {
  const lab = labOf(stage, area);
  const outcomes: Outcome[] = [];
  for (const one of cases) {
    const result = await attempt(() => Promise.race([runCase(one, lab), tooLong()]));
    outcomes.push(outcome(area, one, result instanceof Error ? result : undefined));
  }
  return outcomes;
};

const outcome = (area: Area, one: Case, error: Error | undefined): Outcome => ({
  area: area.name,
  name: one.name,
  error,
});

const attempt = async <T>(run: () => Promise<T>): Promise<T | Error> => {
  try {
    return await run();
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
};

const tooLong = async (): Promise<never> => {
  await setTimeout(LONGEST_CASE, undefined, { ref: false });
  throw new Error(`not over after ${LONGEST_CASE} ms`);
};
