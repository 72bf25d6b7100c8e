import { availableParallelism } from 'node:os';
import { defineCommand } from '../../cli/command.ts';
import { Misuse } from '../../cli/misuse.ts';
import type { Terminal } from '../../cli/terminal.ts';
import { wholeNumber } from '../../cli/whole-number.ts';
import { ROOT } from '../source-files.ts';
import { EQUIVALENT, type Equivalent, findEquivalent, flat } from './equivalent.ts';
import { loadModules, type Modules, sourcesOfCores } from './modules.ts';
import { findRefused } from './refused.ts';
import { type Score, scoresOf, type Verdict } from './score.ts';
import { TrialProcess } from './trial-process.ts';
import { TestsFail, type Tried, tryFile } from './try-file.ts';

const LEAST = 85;

const usage = `Usage: npm run mutants -- [--only PATH]... [--jobs N] [--json]

Mutation testing of the pure cores. Makes one small change at a time: another comparison, a condition that is always true,
a removed call, an empty string. Runs the tests that import the changed file, and lists the changes that no test notices.
Takes some minutes. A change that makes a test hang counts as noticed.

  --only PATH  only files whose path starts with PATH, such as router/core/rule; may be repeated
  --jobs N     number of processes (number of processors)
  --json       one JSON object per survivor and per core
  --help       this text

Not counted: changes that do not compile, and those listed in scripts/workshop/mutation/equivalent.ts as equivalent.

Exits with 0 when tests notice ${LEAST} % or more in each core, 1 when they do not or an entry of that list matches
no change, 2 for wrong usage.`;

type Judged = Omit<Tried, 'verdict'> & { readonly verdict: Verdict };

export const command = defineCommand({
  summary: 'mutation testing of the pure cores',
  usage,
  options: {
    only: { type: 'string', multiple: true, default: [] },
    jobs: { type: 'string', default: String(availableParallelism()) },
  },
  run: async ({ values: { only, jobs, json }, terminal }) => {
    const count = wholeNumber('--jobs', jobs, { most: 64 });
    const modules = await loadModules();
    const files = sourcesOfCores(modules).filter(
      (file) => only.length === 0 || only.some((path) => file.startsWith(path)),
    );
    if (files.length === 0) throw new Misuse(`the pure cores have no file that begins with ${only.join(' or ')}`);
    const tried = await tryAll(files, { modules, jobs: count, terminal }).catch(onlyTestsFail);
    if (tried instanceof TestsFail) {
      terminal.complain(`the tests do not pass without a change: ${tried.message}`);
      return 1;
    }
    if (terminal.signal.aborted) return 1;
    const { judged, idle } = await judgeAll(tried, modules, files);
    const scores = scoresOf(judged);
    printAll({ judged, scores, json, terminal });
    for (const { file, from, to } of idle) terminal.complain(`equivalent.ts: ${file} has no change ${from} → ${to}`);
    return idle.length === 0 && scores.every(({ percent }) => percent >= LEAST) ? 0 : 1;
  },
});

const onlyTestsFail = (error: unknown): TestsFail => {
  if (error instanceof TestsFail) return error;
  throw error;
};

type All = { readonly modules: Modules; readonly jobs: number; readonly terminal: Terminal };

const tryAll = async (files: readonly string[], { modules, jobs, terminal }: All): Promise<readonly Tried[]> => {
  const code = new Map([...modules].map(([file, one]) => [file, one.code]));
  const processes = Array.from({ length: jobs }, () => new TrialProcess({ root: ROOT, code }));
  const all: Tried[] = [];
  try {
    for (const [i, file] of files.entries()) {
      if (terminal.signal.aborted) break;
      const tried = await tryFile(file, { modules, processes, signal: terminal.signal });
      const unseen = tried.filter(({ verdict }) => verdict === 'survived').length;
      terminal.complain(`${i + 1} of ${files.length}  ${file}  ${unseen} of ${tried.length} not noticed`);
      all.push(...tried);
    }
    return all;
  } finally {
    for (const one of processes) one.close();
  }
};

/** Survivors that are equivalent, and entries of the list that match no mutant of these files. */
const judgeAll = async (tried: readonly Tried[], modules: Modules, files: readonly string[]) => {
  const entries = new Map<Tried, Equivalent>();
  const unnoticed = tried.filter(({ verdict }) => verdict === 'survived');
  for (const one of unnoticed) {
    const entry = findEquivalent(one, modules.get(one.file)!.source, EQUIVALENT);
    if (entry) entries.set(one, entry);
  }
  const refused = await findRefused(
    unnoticed.filter((one) => !entries.has(one)),
    modules,
  );
  const verdictOf = (one: Tried): Verdict => {
    if (one.verdict !== 'survived') return one.verdict;
    if (entries.has(one)) return 'equivalent';
    return refused.has(one) ? 'refused' : 'survived';
  };
  const met = new Set(entries.values());
  const judged: readonly Judged[] = tried.map((one) => ({ ...one, verdict: verdictOf(one) }));
  return { judged, idle: EQUIVALENT.filter((entry) => files.includes(entry.file) && !met.has(entry)) };
};

type Output = {
  readonly judged: readonly Judged[];
  readonly scores: readonly Score[];
  readonly json: boolean;
  readonly terminal: Terminal;
};

const printAll = ({ judged, scores, json, terminal }: Output): void => {
  for (const { file, line, column, from, to, verdict } of judged) {
    if (verdict !== 'survived') continue;
    if (json) terminal.print(JSON.stringify({ event: 'survivor', file, line, column, from, to }));
    else terminal.print(`${file}:${line}:${column}  ${flat(from)}  →  ${flat(to)}`);
  }
  for (const score of scores) terminal.print(json ? JSON.stringify({ event: 'core', ...score }) : row(score));
};

const row = ({ core, percent, killed, endless, survived, refused, equivalent }: Score): string =>
  `${core.padEnd(18)}${percent.toFixed(1).padStart(5)} %  ${killed + endless} of ${killed + endless + survived} noticed (${endless} by not ending); left out: ${refused} that do not compile, ${equivalent} that alter nothing`;
