import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const USAGE = `Usage: node --import tsx scripts/conformance.ts [--url URL] [--suite active|pending|all] [--scenario NAME] [--json]

Runs the public MCP conformance suite against URL (…/mcp), or against a node of its own.
Ends with 0 when every scenario passes, 1 when one does not, 2 when called wrongly.`;

const SUITE = '@modelcontextprotocol/conformance@0.1.16';
/** The suite needs a newer Node than we do. */
const NEWER_NODE = 'node@24';

const install = (): { node: string; suite: string } => {
  const folder = join(tmpdir(), `mooring-${SUITE.replaceAll(/[^\w.]+/g, '-')}`);
  const suite = join(folder, 'node_modules', '@modelcontextprotocol', 'conformance', 'dist', 'index.js');
  const newer = Number(process.versions.node.split('.')[0]) >= 22;
  const node = newer ? process.execPath : join(folder, 'node_modules', '.bin', 'node');
  if (existsSync(suite) && existsSync(node)) return { node, suite };
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"private":true}');
  execFileSync('npm', ['install', '--no-audit', '--no-fund', SUITE, ...(newer ? [] : [NEWER_NODE])], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return { node, suite };
};

const startOwnNode = async (): Promise<{ url: string; child: ChildProcess }> => {
  const main = fileURLToPath(new URL('../node/main.ts', import.meta.url));
  const flags = ['--json', '--port', '0', '--stop-delay-seconds', '0', '--log-level', 'warn'];
  const child = spawn(process.execPath, ['--import', 'tsx', main, ...flags], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return { url: (JSON.parse(line) as { mcp: string }).mcp, child };
};

type Options = { url?: string; suite?: string; scenario?: string };

const runSuite = async ({ url, suite, scenario }: Options): Promise<string> => {
  const own = url === undefined ? await startOwnNode() : undefined;
  const installed = install();
  const only = scenario ? ['--scenario', scenario] : ['--suite', suite ?? 'active'];
  const args = [installed.suite, 'server', '--url', url ?? own?.url ?? '', ...only];
  const child = spawn(installed.node, args, { cwd: tmpdir(), stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  await once(child, 'close');
  if (own) {
    own.child.kill('SIGTERM');
    await once(own.child, 'exit');
  }
  return output;
};

type Verdict = { readonly name: string; readonly line: string; readonly failed: boolean };

/** `✓ name: 1 passed, 0 failed` for each of a suite; `Passed: 3/3, 0 failed` for a single scenario. */
const verdicts = (output: string, scenario: string | undefined): Verdict[] => {
  const lines = scenario
    ? output.matchAll(/^Passed: (\d+\/\d+), (\d+) failed.*$/gm)
    : output.matchAll(/^[✓✗].*?(\S+): \d+ passed, (\d+) failed.*$/gmu);
  return [...lines].map(([line, name, failed]) => ({ name: scenario ?? name!, line, failed: failed !== '0' }));
};

const options = {
  url: { type: 'string' },
  suite: { type: 'string' },
  scenario: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

const read = (): ReturnType<typeof parseArgs<{ options: typeof options }>>['values'] => {
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${USAGE}`);
    process.exit(2);
  }
};

const values = read();
if (values.help) console.log(USAGE);
else {
  const output = await runSuite(values);
  const found = verdicts(output, values.scenario);
  const failed = found.filter((one) => one.failed).map(({ name }) => name);
  if (values.json) console.log(JSON.stringify({ event: 'conformance', scenarios: found.length, failed }));
  else console.log(`${found.map(({ line }) => line).join('\n') || output}\n${failed.length} scenarios failed`);
  process.exitCode = found.length > 0 && failed.length === 0 ? 0 : 1;
}
