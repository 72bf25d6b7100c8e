import { defineCommand } from '../../cli/command.ts';
import { findNode } from '../matrix/find-node.ts';
import { isQuick, listTests } from '../matrix/list-tests.ts';
import { CORES } from './cores.ts';
import { coverageOf, type FileCoverage, readLcov } from './read-lcov.ts';
import { runCovered } from './run-covered.ts';

const LEAST = 90;
/** Node runs the TypeScript unchanged, so branches and lines are those of the source. */
const NODE = '24';
const WORST = 5;

const usage = `Usage: npm run coverage -- [--json]

Branch coverage of the pure cores by their tests, measured with Node ${NODE} (fetched from npm on first use).

  --json       one JSON object per core
  --help       this text

Exits with 0 when each core has ${LEAST} % or more, 1 when one has less or a test fails, 2 for wrong usage.`;

export const command = defineCommand({
  summary: 'branch coverage of the pure cores',
  usage,
  options: {},
  run: async ({ values, terminal }) => {
    const tests = (await listTests()).filter((file) => isQuick(file) || /^router\/(explain\/)?[^/]+$/.test(file));
    terminal.complain(`${tests.length} test files, on Node ${NODE}`);
    const covered = await runCovered({ node: await findNode(NODE), tests, signal: terminal.signal });
    if (covered.kind === 'failed') {
      terminal.complain(`the tests do not pass, so their coverage says nothing\n${covered.why}`);
      return 1;
    }
    const files = readLcov(covered.lcov);
    const cores = CORES.map((core) => ({ core, ...coverageOf(files.filter(({ file }) => file.startsWith(core))) }));
    const { json } = values;
    for (const core of cores) terminal.print(json ? JSON.stringify({ event: 'core', ...core }) : row(core.core, core));
    const low = cores.filter(({ percent }) => percent < LEAST);
    if (low.length === 0) return 0;
    for (const { core } of low) terminal.complain(advice(core, files));
    return 1;
  },
});

type Share = { readonly taken: number; readonly all: number; readonly percent: number };

const row = (name: string, { taken, all, percent }: Share): string =>
  `${name.padEnd(26)}${percent.toFixed(1).padStart(5)} %  ${taken} of ${all} branches`;

const advice = (core: string, files: readonly FileCoverage[]): string => {
  const worst = files
    .filter(({ file, missed }) => file.startsWith(core) && missed.length > 0)
    .sort((a, b) => b.missed.length - a.missed.length)
    .slice(0, WORST)
    .map(({ file, missed }) => `  ${file}, lines ${missed.join(', ')}`);
  return `${core} has less than ${LEAST} %: these lines have branches that no test takes\n${worst.join('\n')}`;
};
