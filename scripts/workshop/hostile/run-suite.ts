/** Runs areas and cases one after the other, and after each case checks the rule for all cases. */
import { judge } from '../../../router/parity/judge.ts';
import type { SubjectKind } from '../../../router/parity/subject.ts';
import type { Area, HostileCase, Rig, Settings, Tally } from './area.ts';
import { complaintOf, type Watched } from './watched.ts';

export type Told = {
  readonly area: string;
  readonly subject: string;
  readonly name: string;
  readonly faults: number;
  readonly lost: number;
  readonly crossed: number;
  readonly differs: Readonly<Record<string, number>>;
  readonly saw: string;
  readonly seconds: number;
  /** Why it failed. */
  readonly error: string | undefined;
};

export type Listener = { told(one: Told): void; progress(text: string): void };

/** Idle connections, a log file, a timer of the system. */
const MORE_FILES = 12;
/** Allowance for caches and compiled code; a leak in each of thousands of faults is larger. */
const MORE_HEAP = 24 * 1024 * 1024;
const RETURN_MS = 30_000;

export const runArea = async (area: Area, subject: SubjectKind, { settings, listener }: Running): Promise<void> => {
  const where = area.together ? settings.against.join(' and ') : subject;
  const tell = (name: string, from: number, tally: Tally, error: unknown): void =>
    listener.told({
      ...{
        area: area.name,
        subject: where,
        name,
        faults: tally.faults,
        lost: tally.lost,
        crossed: tally.crossed,
        saw: tally.saw,
      },
      differs: Object.fromEntries(tally.differs),
      seconds: Math.round((performance.now() - from) / 100) / 10,
      error: error === undefined ? undefined : String((error as Error).message ?? error),
    });
  listener.progress(`${area.name}: starts`);
  const rig = await area.open(subject, settings);
  try {
    await rig.honest();
    const before = await holdings(rig);
    for (const one of area.cases(settings)) {
      if (settings.signal.aborted) return;
      const tally = newTally(listener, area.name);
      const from = performance.now();
      const error = await play({ one, rig, subject, tally });
      tally.faults ||= 1;
      tell(one.name, from, tally, error);
    }
    const from = performance.now();
    tell(
      'descriptors and heap come back',
      from,
      newTally(listener, area.name),
      await failureOf(() => comesBack(rig, before)),
    );
  } finally {
    const from = performance.now();
    tell(
      'everything ends when it is asked to',
      from,
      newTally(listener, area.name),
      await failureOf(() => rig.close()),
    );
  }
};

export type Running = { readonly settings: Settings; readonly listener: Listener };

const newTally = (listener: Listener, area: string): Tally => ({
  ...{ faults: 0, lost: 0, crossed: 0, saw: '', differs: new Map() },
  progress: (text) => listener.progress(`${area}: ${text}`),
});

type Playing = {
  readonly one: HostileCase<Rig>;
  readonly rig: Rig;
  readonly subject: SubjectKind;
  readonly tally: Tally;
};

const play = async ({ one, rig, subject, tally }: Playing): Promise<unknown> => {
  const error = await failureOf(async () =>
    judge(await one.play(rig, tally), subject === 'traefik' && one.traefik !== undefined ? one.traefik : one.expect),
  );
  const after = await failureOf(async () => {
    for (const process of rig.watched) healthy(process);
    await rig.honest();
    for (const process of rig.watched) healthy(process);
  });
  if (after !== undefined) tally.lost++;
  return error ?? after;
};

const failureOf = async (act: () => Promise<void>): Promise<unknown> => {
  try {
    await act();
    return undefined;
  } catch (error) {
    return error;
  }
};

const healthy = ({ name, ended, printed }: Watched): void => {
  const how = ended();
  if (how !== undefined) throw new Error(`${name} has ended: ${how}\n${printed().slice(-2000)}`);
  const complaint = complaintOf(printed());
  if (complaint !== undefined) throw new Error(`${name} says: ${complaint}`);
};

type Holding = { readonly files: number | undefined; readonly heap: number | undefined };

const holdings = (rig: Rig): Promise<readonly Holding[]> =>
  Promise.all(rig.watched.map(async (one) => ({ files: one.files(), heap: await one.heap() })));

const comesBack = async (rig: Rig, before: readonly Holding[]): Promise<void> => {
  await rig.closeIdle();
  let left = '';
  for (const deadline = Date.now() + RETURN_MS; Date.now() < deadline; ) {
    const now = await holdings(rig);
    left = rig.watched.flatMap(({ name }, i) => tooMuch(name, before[i]!, now[i]!)).join('; ');
    if (left === '') return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(left);
};

const tooMuch = (name: string, before: Holding, now: Holding): string[] => [
  ...((now.files ?? 0) > (before.files ?? 0) + MORE_FILES
    ? [`${name} holds ${now.files} descriptors, ${before.files} before`]
    : []),
  ...((now.heap ?? 0) > (before.heap ?? 0) + MORE_HEAP
    ? [`${name} holds ${mib(now.heap)}, ${mib(before.heap)} before`]
    : []),
];

const mib = (bytes = 0): string => `${Math.round(bytes / 2 ** 20)} MiB of heap`;
