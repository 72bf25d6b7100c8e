import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type Protocol = keyof typeof PROTOCOLS;

/** The suite's release for each protocol, and its default scenarios. */
export const PROTOCOLS = {
  sessions: { release: '@modelcontextprotocol/conformance@0.1.16', all: ['--suite', 'active'] },
  '2026-07-28': {
    release: '@modelcontextprotocol/conformance@0.2.0-alpha.12',
    all: ['--requirements', '2026-07-28'],
  },
} as const;
/** The suite needs a newer Node than we do. */
const NEWER_NODE = 'node@24';

/** Scenarios of protocol 2026-07-28 that do not pass, and why. All others must. */
export const EXPECTED_FAILURES: Readonly<Record<string, string>> = {
  'tasks-required-task-error': 'our tools with tasks are plain calls for clients without the extension, never refused',
  'tasks-mrtr-composition': 'a tool asks before it becomes a task: addTask asks while it is one',
};

export type Verdict = { readonly name: string; readonly line: string; readonly failed: boolean };
export type Chosen = {
  readonly protocol: Protocol;
  readonly suite: string | undefined;
  readonly scenario: string | undefined;
};

/** The public suite against one endpoint; installed on first use, outside the project. */
export const runSuite = async (url: string, chosen: Chosen): Promise<{ verdicts: Verdict[]; output: string }> => {
  const { release, all } = PROTOCOLS[chosen.protocol];
  const { node, main } = install(release);
  const suite = chosen.suite ? ['--suite', chosen.suite] : all;
  const only = chosen.scenario ? ['--scenario', chosen.scenario] : suite;
  const child = spawn(node, [main, 'server', '--url', url, ...only], {
    cwd: tmpdir(),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  await once(child, 'close');
  return { verdicts: verdictsOf(output, chosen.scenario), output };
};

const install = (release: string): { node: string; main: string } => {
  const folder = join(tmpdir(), `mooring-${release.replaceAll(/[^\w.]+/g, '-')}`);
  const main = join(folder, 'node_modules', '@modelcontextprotocol', 'conformance', 'dist', 'index.js');
  const newer = Number(process.versions.node.split('.')[0]) >= 22;
  const node = newer ? process.execPath : join(folder, 'node_modules', '.bin', 'node');
  if (existsSync(main) && existsSync(node)) return { node, main };
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"private":true}');
  execFileSync('npm', ['install', '--no-audit', '--no-fund', release, ...(newer ? [] : [NEWER_NODE])], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return { node, main };
};

/** `✓ name: 1 passed, 0 failed` for each of a suite; `Passed: 3/3, 0 failed` for a single scenario. */
const verdictsOf = (output: string, scenario: string | undefined): Verdict[] => {
  const lines = scenario
    ? output.matchAll(/^Passed: (\d+\/\d+), (\d+) failed.*$/gm)
    : output.matchAll(/^[✓✗].*?(\S+): \d+ passed, (\d+) failed.*$/gmu);
  return [...lines].map(([line, name, failed]) => ({ name: scenario ?? name!, line, failed: failed !== '0' }));
};
