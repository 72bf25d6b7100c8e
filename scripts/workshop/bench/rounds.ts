import { measureBareNode, measureCluster, measureStart } from './cold-start.ts';
import { measureEvents } from './events.ts';
import { measureLoad } from './load.ts';
import type { Machine } from './machine.ts';
import type { Plan } from './plan.ts';
import type { Metric, Samples } from './report.ts';
import type { Subject } from './subjects.ts';

export type Bench = {
  readonly machine: Machine;
  readonly plan: Plan;
  readonly subjects: readonly Subject[];
  /** Pins to the first server, so that every request goes where the direct path goes. */
  readonly cookie: string;
  /** Whether the start of a whole cluster is measured too. */
  readonly cluster: boolean;
  readonly progress: (what: string) => void;
};

type Book = Map<string, { readonly metric: Metric; readonly bySubject: Map<string, number[]> }>;

/** A B C, C B A, ...: every subject once per round, so that all of them get the same conditions. */
export const measureRounds = async (bench: Bench): Promise<Samples[]> => {
  const { machine, plan, subjects, cookie, progress } = bench;
  const book: Book = new Map();
  await warmUp(bench);
  for (let round = 1; round <= plan.rounds; round++) {
    for (const load of plan.loads)
      for (const { name, url } of inTurn(subjects, round)) {
        progress(`round ${round} of ${plan.rounds}: ${load.name}, ${name}`);
        const figures = await measureLoad(machine, url, { load, seconds: plan.seconds, cookie });
        note(book, { name: load.name, unit: 'requests/s', better: 'more' }, name, figures.rate);
        note(book, { name: `${load.name}, p50`, unit: 'ms', better: 'less' }, name, figures.p50);
        note(book, { name: `${load.name}, p99`, unit: 'ms', better: 'less' }, name, figures.p99);
      }
    for (const { name, url } of inTurn(subjects, round)) {
      progress(`round ${round} of ${plan.rounds}: events, ${name}`);
      const figures = await measureEvents(machine, url, { seconds: plan.eventSeconds, cookie });
      note(book, { name: 'events, p50', unit: 'ms', better: 'less' }, name, figures.p50);
      note(book, { name: 'events, p99', unit: 'ms', better: 'less' }, name, figures.p99);
    }
  }
  return [...book.values()];
};

/** After another subject the machine is still busy ending it: up to 10 %, measured with two identical subjects. */
export const inTurn = <One>(all: readonly One[], round: number): readonly One[] =>
  round % 2 === 0 ? all : [...all].reverse();

/** The JIT first: a proxy's first second is not typical. */
const warmUp = async ({ machine, plan, subjects, cookie, progress }: Bench): Promise<void> => {
  for (const { name, url } of subjects) {
    progress(`warming up ${name}`);
    await measureLoad(machine, url, { load: plan.loads.at(-1)!, seconds: 3, cookie });
  }
};

/** Here the direct path is Node doing nothing. */
export const measureStarts = async ({ plan, subjects, cluster, progress }: Bench): Promise<Samples[]> => {
  const answer: Metric = { name: 'start to first answer; direct is node -e 0', unit: 'ms', better: 'less' };
  const ready: Metric = { name: 'npm run dev, 3 nodes ready; direct is node -e 0', unit: 'ms', better: 'less' };
  const book: Book = new Map();
  for (let round = 1; round <= plan.starts; round++) {
    progress(`start ${round} of ${plan.starts}`);
    const bare = await measureBareNode();
    note(book, answer, 'direct', bare);
    for (const subject of subjects.slice(1)) note(book, answer, subject.name, await measureStart(subject));
    if (!cluster) continue;
    note(book, ready, 'direct', bare);
    note(book, ready, 'cluster', await measureCluster());
  }
  return [...book.values()];
};

const note = (book: Book, metric: Metric, subject: string, figure: number): void => {
  const entry = book.get(metric.name) ?? { metric, bySubject: new Map<string, number[]>() };
  book.set(metric.name, entry);
  entry.bySubject.set(subject, [...(entry.bySubject.get(subject) ?? []), figure]);
};
