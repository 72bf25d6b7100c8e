import { rm } from 'node:fs/promises';
import { defineCommand } from '../../cli/command.ts';
import { Misuse } from '../../cli/misuse.ts';
import type { Terminal } from '../../cli/terminal.ts';
import { barePath } from './bare-path.ts';
import { findNode } from './find-node.ts';
import { isQuick, listTests } from './list-tests.ts';
import { runTests, type TestRun } from './run-tests.ts';

/** The oldest that the package allows, and each even major since. */
const VERSIONS = ['20', '22', '24', '26'];

const usage = `Usage: npm run matrix -- [VERSION...] [--quick] [--bare] [--in FOLDERS] [--json]

Runs the tests on other versions of Node, fetched from npm on first use (default: ${VERSIONS.join(', ')}). Tests that
measure how time grows with input only run in npm test. Files with a test that failed run once more, alone: what passes
then did not fail by the version. Both are told.

  --quick      only tests without sockets
  --bare       as on a machine without Traefik, Redis and Chromium
  --in FOLDERS only tests in these folders of the top level, separated by commas: router,node,shared
  --json       one JSON object per version
  --help       this text

Examples:
  npm run matrix -- 22 24 26
  npm run matrix -- 24.21.0 --quick

Exits with 0 when every test passes on every version, 1 when one does not, 2 for wrong usage.`;

export const command = defineCommand({
  summary: 'runs the tests on several versions of Node',
  usage,
  options: {
    quick: { type: 'boolean', default: false },
    bare: { type: 'boolean', default: false },
    in: { type: 'string' },
  },
  positionals: true,
  run: async ({ values, positionals, terminal }) => {
    const odd = positionals.find((version) => !/^\d+(\.\d+){0,2}$/.test(version));
    if (odd !== undefined) throw new Misuse(`${odd} is no version of Node, such as 24 or 24.21.0`);
    const folders = values.in?.split(',');
    const files = (await listTests()).filter(
      (file) => (!values.quick || isQuick(file)) && (!folders || folders.includes(file.split('/')[0]!)),
    );
    if (files.length === 0) throw new Misuse(`--in ${values.in}: no tests there`);
    const versions = positionals.length > 0 ? positionals : VERSIONS;
    const passes = (env: NodeJS.ProcessEnv) => testAll({ versions, files, env, json: values.json, terminal });
    return (await (values.bare ? withoutPrograms(passes) : passes(process.env))) ? 0 : 1;
  },
});

type All = {
  readonly versions: readonly string[];
  readonly files: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly json: boolean;
  readonly terminal: Terminal;
};

const testAll = async ({ versions, files, env, json, terminal }: All): Promise<boolean> => {
  let passed = true;
  for (const wanted of versions) {
    if (terminal.signal.aborted) return false;
    terminal.complain(`Node ${wanted}: ${files.length} test files`);
    const node = await findNode(wanted);
    const run = await runTests({ node, files, env, signal: terminal.signal });
    const again = run.passes || run.files.length === 0 ? undefined : await alone({ node, ...run, env }, terminal);
    passed &&= (again ?? run).passes;
    const row = { event: 'tested', node: node.version, ...run, ...(again && { again }) };
    terminal.print(json ? JSON.stringify(row) : rowText(node.version, run, again));
  }
  return passed;
};

type Alone = Pick<Parameters<typeof runTests>[0], 'node' | 'files' | 'env'>;

const alone = (again: Alone, terminal: Terminal): Promise<TestRun> => {
  terminal.complain(`${again.files.length} of them once more, with nothing beside them`);
  return runTests({ ...again, concurrency: 1, signal: terminal.signal });
};

const withoutPrograms = async (passes: (env: NodeJS.ProcessEnv) => Promise<boolean>): Promise<boolean> => {
  const folder = await barePath(process.env.PATH ?? '');
  try {
    return await passes({ ...process.env, PATH: folder, TRAEFIK_BIN: undefined });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

const rowText = (version: string, { passes, counts, failed, log }: TestRun, again?: TestRun): string => {
  const figures = `${counts.pass} passed, ${counts.fail} failed, ${counts.skipped} skipped`;
  const rows = failed.map((name) => `  failed     ${name}`);
  if (!passes) rows.push(`  log        ${log}`);
  if (again) rows.push(`  alone      ${again.passes ? 'all pass' : `fail again: ${again.failed.join('; ')}`}`);
  return [`Node ${version}   ${figures}`, ...rows].join('\n');
};
