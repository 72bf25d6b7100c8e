import { defineCommand } from '../../cli/command.ts';
import { Misuse } from '../../cli/misuse.ts';
import type { Terminal } from '../../cli/terminal.ts';
import { wholeNumber } from '../../cli/whole-number.ts';
import type { Broken } from './chronicle.ts';
import { FAULT_KINDS, type FaultKind, textOf } from './faults.ts';
import type { Ledger } from './ledger.ts';
import { runSoak, type SoakEnd } from './run-soak.ts';

const USAGE = `Usage: npm run soak -- [--minutes 2] [--seed 1] [--clients 30] [--faults KINDS] [--lag 1] [--json]

Three nodes with real Redis behind two real Traefiks, one of them late, and the router; clients of the SDK and on the
bare protocol; and whatever may happen to them, at random: nodes killed, stopped and frozen, Redis killed, frozen,
emptied, full, read-only, slow and cut off, proxies restarted, files rewritten and spoilt, drains, undrains, rolling
restarts, two at once and interrupted, tags changed, a node that joins and leaves. After each round everything is put
right and what must hold is looked at. What came too late in a round in which the machine itself stood still is told,
and is no failure.

  --minutes N   the last round begins by then (2)
  --seed N      the faults; the same seed brings the same ones again (1)
  --clients N   of both kinds together (30)
  --faults KINDS  these alone, separated by commas, one a round: ${FAULT_KINDS.slice(-3).join(', ')}, …
  --lag SECONDS   how much later one Traefik gets each file (1); the settle time follows
  --json        one JSON object an event
  -h, --help    this text

Exit codes: 0 all held, 1 something did not or it was interrupted, 2 wrong usage.`;

const PROGRESS_MS = 5000;

export const command = defineCommand({
  summary: 'clients under random faults for minutes or hours, and what must hold meanwhile',
  usage: USAGE,
  options: {
    minutes: { type: 'string', default: '2' },
    seed: { type: 'string', default: '1' },
    clients: { type: 'string', default: '30' },
    faults: { type: 'string' },
    lag: { type: 'string', default: '1' },
  },
  run: async ({ values, terminal }) => {
    const minutes = Number(values.minutes);
    if (!(minutes > 0 && minutes <= 10_000)) throw new Misuse(`--minutes takes a number, not ${values.minutes}`);
    const seed = wholeNumber('--seed', values.seed, { most: 2 ** 32 - 1 });
    const clients = wholeNumber('--clients', values.clients, { least: 5, most: 500 });
    const only = kindsOf(values.faults);
    const lagMs = 1000 * wholeNumber('--lag', values.lag, { most: 120 });
    const say = sayer(terminal, values.json);
    let timer: NodeJS.Timeout | undefined;
    const end = await runSoak({
      ...{ minutes, seed, clients, only, lagMs, signal: terminal.signal },
      onStart: (ledger) => {
        const begun = performance.now();
        const seconds = (): number => Math.round((performance.now() - begun) / 1000);
        timer = setInterval(() => say('progress', { seconds: seconds(), ...figuresOf(ledger) }), PROGRESS_MS);
      },
      onRound: (round, faults) => say('round', { round, faults: faults.map(textOf) }),
    }).finally(() => clearInterval(timer));
    printEnd(end, { terminal, json: values.json, seed });
    return end.interrupted || end.ledger.broken.length > 0 ? 1 : 0;
  },
});

const kindsOf = (text: string | undefined): readonly FaultKind[] =>
  (text?.split(',') ?? []).map((name) => {
    const kind = FAULT_KINDS.find((one) => one === name);
    if (kind === undefined) throw new Misuse(`--faults ${name}: it is ${FAULT_KINDS.join(', ')}`);
    return kind;
  });

type Figures = ReturnType<typeof figuresOf>;

const figuresOf = ({ figures, losses, broken }: Ledger) => ({ ...figures, lost: losses, broken: broken.length });

type Said = { readonly round: number; readonly faults: readonly string[] } | ({ readonly seconds: number } & Figures);

const sayer =
  ({ print }: Terminal, json: boolean) =>
  (event: string, said: Said): void => {
    if (json) return print(JSON.stringify({ event, ...said }));
    if ('round' in said) return print(`round ${said.round}: ${said.faults.join('; ')}`);
    print(`  ${`${said.seconds}`.padStart(5)} s  ${lineOf(said)}`);
  };

const lineOf = ({ answers, failed, events, opened, lost, broken }: Figures): string =>
  `${answers} calls answered, ${failed} failed; ${events} events; ${opened} sessions, lost ${lost.died} to dead nodes, ${lost.deadline} to deadlines, ${lost.needless} needlessly; ${broken} broken`;

/** The first violation is the most useful; the first of another kind may be independent of it. */
const firstOfEach = (list: readonly Broken[]): readonly Broken[] =>
  list.filter(({ invariant }, i) => list.findIndex((one) => one.invariant === invariant) === i);

const countsOf = (list: readonly Broken[]): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (const { invariant } of list) counts[invariant] = (counts[invariant] ?? 0) + 1;
  return counts;
};

const refusalsText = ({ refusals }: Ledger): string => {
  const causes = Object.entries(refusals).map(([cause, count]) => `${count} ${cause}`);
  return causes.length === 0 ? '' : ` (${causes.join(', ')})`;
};

type Output = { readonly terminal: Terminal; readonly json: boolean; readonly seed: number };

const printEnd = (end: SoakEnd, { terminal: { print }, json, seed }: Output): void => {
  const { ledger, rounds, faults, seconds, most, stoodStillMs } = end;
  const figures = figuresOf(ledger);
  const counts = countsOf(ledger.broken);
  const excused = countsOf(ledger.excused);
  if (json)
    return print(
      JSON.stringify({
        event: 'end',
        seed,
        rounds,
        faults,
        seconds,
        ...figures,
        refusals: ledger.refusals,
        most,
        stoodStillMs,
        counts,
        excused,
        broken: firstOfEach(ledger.broken),
      }),
    );
  print(
    [
      '',
      `seed ${seed}: ${rounds} rounds with ${faults} faults in ${seconds} s`,
      `  calls      ${figures.answers} answered, ${figures.failed} failed, ${figures.resumed} answers resumed`,
      `  sessions   ${figures.opened} opened, ${figures.closed} closed, ${figures.refused} refused${refusalsText(ledger)}`,
      `  lost       ${figures.lost.died} to dead nodes, ${figures.lost.deadline} to deadlines, ${figures.lost.needless} needlessly`,
      `  events     ${figures.events}`,
      `  most       ${most.mib} MiB and ${most.files} open files in one process`,
      `  machine    stood still for ${stoodStillMs} ms at most`,
      ...(ledger.broken.length === 0 ? ['  everything held'] : []),
      ...Object.entries(counts).map(([invariant, count]) => `  broken     ${count} times: ${invariant}`),
      ...Object.entries(excused).map(
        ([what, count]) => `  excused    ${count} times, for the machine stood still: ${what}`,
      ),
      ...firstOfEach(ledger.broken).flatMap(({ invariant, what, history }) => [
        '',
        `broken: ${invariant}: ${what}`,
        ...history.map((line) => `  ${line}`),
      ]),
    ].join('\n'),
  );
};
