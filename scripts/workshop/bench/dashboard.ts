import { defineCommand } from '../../cli/command.ts';
import { wholeNumber } from '../../cli/whole-number.ts';
import { endOnInterrupt } from '../end-on-interrupt.ts';
import { measureLoad } from './load.ts';
import { lookAround, type Machine, stayWith } from './machine.ts';
import { measurePaced, sessionIds } from './paced.ts';
import { figure, quantile } from './report.ts';
import { inTurn } from './rounds.ts';
import { type Served, withServers } from './servers.ts';
import { measureSmoothness, type Smoothness } from './smoothness.ts';
import { findSubjects, type Subject } from './subjects.ts';

const usage = `Usage: npm run bench:dashboard [-- --rounds N]

Compares the router with and without an open dashboard: at 500 requests per second over 2,000 sessions, and at full load.
Then opens the page in Chromium under the first load and measures its frame rate. Takes about two minutes.

  --rounds N     number of rounds, of two slices each (8)
  --json         the figures as JSON
  --help         this text

Exits with 0, with 1 when something cannot be started, 2 for wrong usage.`;

const SESSIONS = 2000;
const PER_SECOND = 500;
const SLICE_SECONDS = 2;
const BUSY = { name: '', method: 'POST', connections: 64 } as const;
const FRAMES_SECONDS = 15;

export const command = defineCommand({
  summary: 'the cost of an open dashboard, and its frame rate',
  usage,
  options: { rounds: { type: 'string', default: '8' } },
  run: async ({ values: { rounds, json }, terminal }) => {
    const count = wholeNumber('--rounds', rounds);
    endOnInterrupt(terminal);
    const machine = lookAround();
    stayWith(machine, 'load');
    const { cost, frames } = await withServers({ machine, count: 1 }, (served) => bench(count, served));
    terminal.print(json ? JSON.stringify({ cost, frames }) : [...cost.map(costText), framesText(frames)].join('\n'));
    return 0;
  },
});

type Measured = { readonly machine: Machine; readonly cookie: string; readonly rounds: number };

type Cost = {
  readonly name: string;
  readonly unit: string;
  /** Medians, and the ratios of consecutive slices; half of the ratios lie between the outer two. */
  readonly alone: number;
  readonly watched: number;
  readonly ratio: readonly [number, number, number];
};

/** Short alternating slices: if the machine is slow for a while, both are. */
const measureCost = async (subjects: readonly Subject[], { machine, cookie, rounds }: Measured): Promise<Cost[]> => {
  const sessions = sessionIds(SESSIONS);
  const paced: number[][] = subjects.map(() => []);
  const rates: number[][] = subjects.map(() => []);
  for (let round = 0; round < 2 * (rounds + 1); round++)
    for (const [i, { url }] of inTurn([...subjects.entries()], round)) {
      const { p50 } = await measurePaced(url, { sessions, cookie, perSecond: PER_SECOND, seconds: SLICE_SECONDS });
      const { rate } = await measureLoad(machine, url, { load: BUSY, seconds: 1, cookie });
      // The first one is for the JIT.
      if (round < 2) continue;
      paced[i]!.push(p50);
      rates[i]!.push(rate);
    }
  return [
    costOf(`${PER_SECOND} requests/s over ${SESSIONS} sessions, p50`, 'ms', paced),
    costOf('as many requests as go', '/s', rates),
  ];
};

const costOf = (name: string, unit: string, [alone = [], watched = []]: readonly number[][]): Cost => {
  // Two rounds together: each order occurs once.
  const ratios = watched.flatMap((value, i) =>
    i % 2 === 0 ? [(value + watched[i + 1]!) / (alone[i]! + alone[i + 1]!)] : [],
  );
  const ratio = [quantile(ratios, 0.25), quantile(ratios, 0.5), quantile(ratios, 0.75)] as const;
  return { name, unit, alone: quantile(alone, 0.5), watched: quantile(watched, 0.5), ratio };
};

const costText = ({ name, unit, alone, watched, ratio: [low, middle, high] }: Cost): string =>
  `${name}: alone ${figure(alone)} ${unit}, with a page open ${figure(watched)} ${unit}, ` +
  `ratio ${middle.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`;

const framesOf = async ({ url, dashboard }: Watched, cookie: string): Promise<Smoothness | undefined> => {
  const sessions = sessionIds(SESSIONS);
  const load = { sessions, cookie, perSecond: PER_SECOND, seconds: FRAMES_SECONDS + 5 };
  const [frames] = await Promise.all([measureSmoothness(dashboard, FRAMES_SECONDS), measurePaced(url, load)]);
  return frames;
};

const framesText = (frames: Smoothness | undefined): string =>
  frames === undefined
    ? 'There is no chromium on the PATH: the frames of the page were not looked at.'
    : `the page in Chromium for ${FRAMES_SECONDS} s: ${frames.framesPerSecond.toFixed(0)} frames/s, ` +
      `p50 ${frames.p50.toFixed(0)} ms, p99 ${frames.p99.toFixed(0)} ms, longest ${frames.longest.toFixed(0)} ms`;

type Watched = { readonly url: string; readonly dashboard: string };
type Found = { readonly cost: readonly Cost[]; readonly frames: Smoothness | undefined };

const bench = async (rounds: number, { setting, cookie, children }: Served): Promise<Found> => {
  const [, ...subjects] = await findSubjects(setting, ['router', 'watched']);
  let dashboard = '';
  for (const subject of subjects) {
    const child = (await subject.launch())!;
    children.push(child);
    dashboard = child.dashboard ?? dashboard;
  }
  const cost = await measureCost(subjects, { machine: setting.machine, cookie, rounds });
  return { cost, frames: await framesOf({ url: subjects.at(-1)!.url, dashboard }, cookie) };
};
