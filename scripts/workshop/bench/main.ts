import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '../../../shared/free-ports.ts';
import { cookieValue } from '../../../shared/traefik/cookie-value.ts';
import { type Arguments, parseArguments, USAGE } from './arguments.ts';
import { answering, type Child, start } from './child.ts';
import { lookAround, pinned, remarks } from './machine.ts';
import { COOKIE } from './plan.ts';
import { rowsOf, type Samples, tableOf } from './report.ts';
import { type Bench, measureRounds, measureStarts } from './rounds.ts';
import { findSubjects, NODE, ROOT, type Subject } from './subjects.ts';

const progress = (what: string): void => {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${what}`);
  else process.stderr.write(`${what}\n`);
};

type Outcome = {
  readonly all: readonly Samples[];
  readonly said: readonly string[];
  readonly failures: readonly string[];
};

const bench = async ({ plan, only }: Extract<Arguments, { kind: 'run' }>): Promise<Outcome> => {
  const machine = lookAround();
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  const children: Child[] = [];
  try {
    const ports = await freePorts(2);
    const servers = ports.map((port) => `http://127.0.0.1:${port}`);
    const origin = start(
      pinned(machine, 'load', [...NODE, join(ROOT, 'scripts/workshop/bench/origin.ts'), ...ports.map(String)]),
    );
    children.push(origin);
    for (const url of servers) await answering(origin, url);
    const found = await findSubjects({ machine, folder, servers }, only);
    const { subjects, failures } = await launchAll(found, children);
    const cookie = `${COOKIE}=${cookieValue(servers[0]!)}`;
    const setting: Bench = { machine, plan, subjects, cookie, cluster: only.includes('cluster'), progress };
    const rounds = await measureRounds(setting);
    for (const child of children.slice(1)) await child.stop();
    const starts = await measureStarts(setting);
    return { all: [...rounds, ...starts], said: remarks(machine), failures };
  } finally {
    for (const child of children) await child.stop();
    rmSync(folder, { recursive: true, force: true });
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

const asJson = (all: readonly Samples[], said: readonly string[]): string => {
  const metrics = all.map((samples) => ({ ...samples.metric, rows: rowsOf(samples) }));
  return JSON.stringify({ metrics, remarks: said }, undefined, 2);
};

const main = async (): Promise<number> => {
  const args = parseArguments(process.argv.slice(2));
  if (args.kind === 'help') {
    process.stdout.write(USAGE);
    return 0;
  }
  if (args.kind === 'misuse') {
    process.stderr.write(`${args.message}\n\n${USAGE}`);
    return 2;
  }
  const { all, said, failures } = await bench(args);
  console.log(args.json ? asJson(all, [...said, ...failures]) : [tableOf(all), ...said, ...failures].join('\n'));
  return failures.length > 0 ? 1 : 0;
};

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));
process.exitCode = await main();
