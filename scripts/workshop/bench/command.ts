import { defineCommand } from '../../cli/command.ts';
import { endOnInterrupt } from '../end-on-interrupt.ts';
import type { Child } from './child.ts';
import { lookAround, remarks } from './machine.ts';
import { type Chosen, OPTIONS, readOptions } from './options.ts';
import { rowsOf, type Samples, tableOf } from './report.ts';
import { type Bench, measureRounds, measureStarts } from './rounds.ts';
import { type Served, withServers } from './servers.ts';
import { findSubjects, type Subject } from './subjects.ts';

const usage = `Usage: npm run bench -- [--quick] [--json] [--rounds N] [--only NAMES]

Compares the router with real Traefik, with nginx and with no proxy at all: requests per second, latency, the delay of
server-sent events, the time from start to the first answer, and that of a whole cluster. The proxies share one core; load
and servers use another. The proxies take turns in each round.

  --quick        about half a minute instead of five
  --rounds N     number of rounds
  --only NAMES   a comma-separated list of direct, router, traefik, nginx, cluster, watched (direct is always measured;
                 watched, the router with its dashboard open, only when named)
  --json         the figures as JSON on stdout
  --help         this text

Real Traefik is taken from TRAEFIK_BIN or PATH. Proxies that are not installed are skipped with a remark.
Exits with 0, with 1 when something that is installed cannot be started, 2 for wrong usage.`;

export const command = defineCommand({
  summary: 'the router beside real Traefik, nginx and no proxy: requests, latency, events, starts',
  usage,
  options: OPTIONS,
  run: async ({ values, terminal }) => {
    const chosen = readOptions(values);
    endOnInterrupt(terminal);
    const machine = lookAround();
    const { all, failures } = await withServers({ machine, count: 2 }, (served) => bench(chosen, served));
    const notes = [...remarks(machine), ...failures];
    terminal.print(values.json ? asJson(all, notes) : [tableOf(all), ...notes].join('\n'));
    return failures.length > 0 ? 1 : 0;
  },
});

const progress = (what: string): void => {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${what}`);
  else process.stderr.write(`${what}\n`);
};

type Outcome = { readonly all: readonly Samples[]; readonly failures: readonly string[] };

const bench = async ({ plan, only }: Chosen, { setting, cookie, children }: Served): Promise<Outcome> => {
  const { machine } = setting;
  try {
    const { subjects, failures } = await launchAll(await findSubjects(setting, only), children);
    const asked: Bench = { machine, plan, subjects, cookie, cluster: only.includes('cluster'), progress };
    const rounds = await measureRounds(asked);
    for (const child of children) await child.stop();
    return { all: [...rounds, ...(await measureStarts(asked))], failures };
  } finally {
    if (process.stderr.isTTY) progress('');
  }
};

const launchAll = async (
  found: readonly Subject[],
  children: Child[],
): Promise<{ subjects: Subject[]; failures: string[] }> => {
  const subjects: Subject[] = [];
  const failures: string[] = [];
  for (const subject of found) {
    progress(`starting ${subject.name}`);
    try {
      const child = await subject.launch();
      if (child) children.push(child);
      subjects.push(subject);
    } catch (error) {
      failures.push(`${subject.name} was skipped: it ${(error as Error).message}`);
    }
  }
  return { subjects, failures };
};

const asJson = (all: readonly Samples[], notes: readonly string[]): string => {
  const metrics = all.map((samples) => ({ ...samples.metric, rows: rowsOf(samples) }));
  return JSON.stringify({ metrics, remarks: notes }, undefined, 2);
};
