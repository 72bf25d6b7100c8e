import { stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { formatProblems } from '../../shared/source/format-problems.ts';
import { defineCommand, type ExitCode } from '../cli/command.ts';
import { Misuse } from '../cli/misuse.ts';
import { commandAndPath } from '../cli/server-command.ts';
import type { Terminal } from '../cli/terminal.ts';
import { wholeNumber } from '../cli/whole-number.ts';
import type { ClusterEvent } from '../cluster/cluster.ts';
import { waitingText } from '../dev/lines.ts';
import type { RunEvent } from './event.ts';
import { checkExpectations } from './expectations.ts';
import { figuresOf } from './figures.ts';
import { findScenario, listScenarios } from './find-scenario.ts';
import { Progress } from './progress.ts';
import { readScenario } from './read-scenario.ts';
import { htmlReport, type Reported } from './report/html.ts';
import { checksText, figuresText } from './report/text.ts';
import { runScenario } from './run-scenario.ts';
import { scaleFleet } from './scale-fleet.ts';
import type { Group, Scenario } from './scenario.ts';

const usage = `Usage: npm run simulate -- SCENARIO [--traefik] [--seed 1] [--clients N] [--report FILE.html]
       npm run simulate -- SCENARIO [options] -- COMMAND …   on your MCP server, as npm run dev takes it
       npm run simulate                        lists the scenarios

Starts a cluster on this machine and a fleet of clients, and makes something happen to them: a deploy, a crash, a storm.
Prints events as they happen and figures at the end. The expectations of the scenario decide the exit code.

  SCENARIO          a name from the list, or a file such as ./my.yaml (scripts/simulate/README.md says what is in it)
  --traefik         real Traefik (TRAEFIK_BIN or PATH) instead of the router
  --seed N          seed of the random timing: when clients call, and when they come back (1)
  --clients N       number of clients, instead of the scenario's own
  --holds KIND      what a node holds for each client: session, handle or task (as the scenario says)
  --path PATH       where the MCP endpoint of COMMAND is (/mcp)
  --report FILE     an HTML page with charts
  --json            one JSON object per line: the steps, and the figures at the end
  --help            this text

Examples:
  npm run simulate -- deploy
  npm run simulate -- crash --traefik --clients 50 --report crash.html
  npm run simulate -- deploy -- python server.py --port {port}

Exits with 0 when all expectations hold, 1 when one does not or the run was interrupted, 2 for wrong usage.`;

export const command = defineCommand({
  summary: 'what a deploy, a crash or an outage does to clients, in figures',
  usage,
  options: {
    traefik: { type: 'boolean', default: false },
    seed: { type: 'string', default: '1' },
    clients: { type: 'string' },
    holds: { type: 'string' },
    report: { type: 'string' },
    path: { type: 'string' },
  },
  positionals: true,
  takesCommand: true,
  run: async ({ values, positionals, server, terminal }) => {
    const foreign = commandAndPath({ command: server, path: values.path });
    const json = values.json;
    const [name, ...more] = positionals;
    if (name === undefined) return list(terminal, json);
    if (more.length > 0) throw new Misuse(`simulate takes one scenario; unexpected ${more.join(' ')}`);
    const seed = wholeNumber('--seed', values.seed, { most: 2 ** 32 - 1 });
    const clients = values.clients === undefined ? undefined : wholeNumber('--clients', values.clients, { most: 5000 });
    const holds = values.holds === undefined ? undefined : heldBy(values.holds);
    if (values.report !== undefined) await checkReport(values.report);
    const { file, text } = await findScenario(name);
    const { scenario, problems } = readScenario(text, file);
    if (scenario === undefined) {
      terminal.complain(formatProblems(problems, { color: terminal.color, sources: new Map([[file, text]]) }));
      return 1;
    }
    const scaled = scaleFleet(scenario, { clients, holds });
    if (server !== undefined && scaled.fleet.some((group) => group.holds !== 'session'))
      throw new Misuse('handles and tasks need the example server: with COMMAND there are sessions only');
    const { traefik, report } = values;
    return simulate({ name, scenario: scaled, seed, json, traefik, report, foreign }, terminal);
  },
});

const KINDS: readonly Group['holds'][] = ['session', 'handle', 'task'];
const heldBy = (text: string): Group['holds'] => {
  const kind = KINDS.find((one) => one === text);
  if (kind === undefined) throw new Misuse(`--holds ${text}: must be one of ${KINDS.join(', ')}`);
  return kind;
};

type Options = {
  readonly name: string;
  readonly scenario: Scenario;
  readonly traefik: boolean;
  readonly seed: number;
  readonly json: boolean;
  readonly report: string | undefined;
  readonly foreign: ReturnType<typeof commandAndPath>;
};

const simulate = async (options: Options, terminal: Terminal): Promise<ExitCode> => {
  const { name, scenario, traefik, seed, json, report, foreign } = options;
  const proxy = traefik ? ('traefik' as const) : ('router' as const);
  if (!json) terminal.print(`${name} on ${proxy}, seed ${seed}: ${scenario.about}`);
  const printer = json ? jsonPrinter(terminal) : linePrinter(terminal);
  const onWaiting = (event: ClusterEvent): void => {
    if (event.kind === 'waiting') terminal.complain(`${event.instance}: ${waitingText(event)}`);
  };
  const { signal } = terminal;
  const run = await runScenario({ scenario, proxy, seed, signal, onEvent: printer.onEvent, onWaiting, ...foreign })
    .catch((error: Error) => error)
    .finally(printer.end);
  // There is no Traefik, or a node does not start: the message says what to do.
  if (run instanceof Error) {
    terminal.complain(run.message);
    return 1;
  }
  const figures = figuresOf(run.events, run.clients);
  const checks = checkExpectations(scenario, figures);
  const troubled = run.interrupted || run.events.some(({ kind }) => kind === 'trouble');
  const ok = !troubled && checks.every(({ holds }) => holds);
  if (json)
    terminal.print(
      JSON.stringify({ event: 'figures', name, proxy, seed, ok, ms: Math.round(run.ms), figures, checks }),
    );
  else terminal.print(['', figuresText(figures), '', checksText(checks)].join('\n'));
  if (run.interrupted) terminal.complain('interrupted: these are the figures so far');
  if (report !== undefined) await writeReport(report, { name, proxy, seed, scenario, run, figures, checks }, terminal);
  return ok ? 0 : 1;
};

/** Checked before the run, not after it. */
const checkReport = async (file: string): Promise<void> => {
  const folder = dirname(file);
  if (!(await isFolder(folder))) throw new Misuse(`--report ${file}: there is no folder ${folder}`);
  if (await isFolder(file)) throw new Misuse(`--report ${file} is a directory: name the file in it`);
};

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );

const writeReport = async (file: string, reported: Reported, terminal: Terminal): Promise<void> => {
  await writeFile(file, htmlReport(reported));
  terminal.complain(`report: ${file}`);
};

const PROGRESS_MS = 1000;

type Printer = { onEvent(event: RunEvent): void; end(): void };

const linePrinter = (terminal: Terminal): Printer => {
  const progress = new Progress();
  const begun = performance.now();
  let zero: number | undefined;
  const print = (text: string): void => {
    const seconds = (performance.now() - (zero ?? begun)) / 1000;
    terminal.print(`${zero === undefined ? '  start' : `${seconds.toFixed(1).padStart(5)} s`}  ${text}`);
  };
  const timer = setInterval(() => print(progress.line()), PROGRESS_MS);
  print('starting Redis, the nodes and the proxy');
  return {
    onEvent: (event) => {
      if (event.at >= 0) zero ??= performance.now() - event.at;
      progress.add(event);
      if (event.kind === 'step') print(event.done ? `${event.text}: done` : `> ${event.text}`);
      if (event.kind === 'trouble') print(`! ${event.text}`);
    },
    end: () => clearInterval(timer),
  };
};

const jsonPrinter = (terminal: Terminal): Printer => ({
  onEvent: ({ kind, ...event }) => {
    if (kind === 'step' || kind === 'trouble' || kind === 'lost' || kind === 'server-error')
      terminal.print(JSON.stringify({ event: kind, ...event }));
  },
  end: () => undefined,
});

const list = async (terminal: Terminal, json: boolean): Promise<ExitCode> => {
  const scenarios = await listScenarios();
  if (json) terminal.print(JSON.stringify(scenarios));
  else terminal.print(scenarios.map(({ name, about }) => `  ${name.padEnd(28)}${about}`).join('\n'));
  if (!json) terminal.print('\nnpm run simulate -- deploy runs one of them');
  return 0;
};
