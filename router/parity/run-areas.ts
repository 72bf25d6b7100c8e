import type { Area, Case } from './case.ts';
import { closeStage, labOf, openStage, runCase } from './lab.ts';
import type { SubjectKind } from './subject.ts';

export type Outcome = { readonly area: string; readonly name: string; readonly error: Error | undefined };

/** Runs the chosen cases; areas side by side, the cases of one area in their order. */
export async function* runAreas(kind: SubjectKind, areas: readonly Area[], only = ''): AsyncGenerator<Outcome> {
  const chosen = areas.map((area) => ({
    area,
    cases: area.cases.filter((one) => `${area.name}: ${one.name}`.includes(only)),
  }));
  const busy = chosen.filter(({ cases }) => cases.length > 0);
  if (busy.length === 0) return;
  const stage = await openStage(
    kind,
    busy.map(({ area }) => area),
  );
  try {
    const runs = busy.map(({ area, cases }) => runArea(area, cases, stage));
    for (const run of runs) yield* await run;
  } finally {
    await closeStage(stage);
  }
}

const runArea = async (area: Area, cases: readonly Case[], stage: Parameters<typeof labOf>[0]): Promise<Outcome[]> => {
  const lab = labOf(stage, area);
  const outcomes: Outcome[] = [];
  for (const one of cases)
    outcomes.push({ area: area.name, name: one.name, error: await errorOf(() => runCase(one, lab)) });
  return outcomes;
};

const errorOf = async (run: () => Promise<void>): Promise<Error | undefined> => {
  try {
    await run();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
};
