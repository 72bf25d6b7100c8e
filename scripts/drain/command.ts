import type { RegistryView } from '../../shared/registry/registry-view.ts';
import { defineCommand, type ExitCode, type Options, type ValuesOf } from '../cli/command.ts';
import { Misuse } from '../cli/misuse.ts';
import type { Terminal } from '../cli/terminal.ts';
import { DEV, type Deployment, deploymentOf, findNode, readDeployment } from '../deployment/deployment.ts';
import { type DrainEnd, drainNode } from '../deployment/drain-node.ts';
import { openRegistry } from '../deployment/open-registry.ts';
import { createReporter } from '../deployment/print-drain.ts';
import { readTimeout, readWait } from '../deployment/timeout.ts';

const usage = `Usage: npm run drain -- NODE [--topology FILE] [--out DIR] [--timeout 30m] [--settle 15s]
                        [--idle 5m] [--redis URL] [--no-wait]

Takes a node out without losing a session. The node gets no new sessions, and its own continue. When the last one has
ended, or at the deadline, the node is out and can be stopped. Writes the node's state into the topology and regenerates
dynamic.yml, which a running Traefik follows.

  --topology FILE   what to change (${DEV})
  --out DIR         the folder of dynamic.yml (as for npm run generate)
  --timeout TIME    deadline, after which it is out even with sessions (the topology's timeouts.drain)
  --settle TIME     how late a proxy may apply the file: until then the node still takes new sessions, then it refuses
                    them (the topology's timeouts.settle)
  --idle TIME       the node also ends sessions that have been idle without a stream for this long: clients that left
                    without closing. One that comes back gets 404 and begins anew (at most 24h; the node's own limit)
  --redis URL       the session registry (the topology's registry, else REDIS_URL)
  --no-wait         start, and do not wait for the end
  --json            one JSON object per event
  --help            this text

Examples:
  npm run drain -- n2
  npm run drain -- n2 --topology config/production.yaml --timeout 2h
  npm run drain -- n2 --idle 5m

After Ctrl-C the node stays draining: run the same command to continue, or npm run undrain to undo it.
Exits with 0 when no session was lost, 1 when some were, when it was interrupted or refused, 2 for wrong usage.`;

const OPTIONS = {
  topology: { type: 'string', default: DEV },
  out: { type: 'string' },
  timeout: { type: 'string' },
  settle: { type: 'string' },
  idle: { type: 'string' },
  redis: { type: 'string' },
  'no-wait': { type: 'boolean', default: false },
} satisfies Options;
type Values = ValuesOf<typeof OPTIONS>;

export const command = defineCommand({
  summary: 'takes a node out without losing a session',
  usage,
  options: OPTIONS,
  positionals: true,
  run: ({ values, positionals: [node, ...more], terminal }) => {
    if (node === undefined || more.length > 0) throw new Misuse('drain takes the name of one node, such as n2');
    return run(node, values, terminal);
  },
});

const run = async (node: string, values: Values, terminal: Terminal): Promise<ExitCode> => {
  const deployment = deploymentOf(values);
  const topology = await readDeployment(deployment);
  findNode(topology, node, deployment);
  const timeoutMs = readTimeout(values.timeout ?? topology.timeouts.drain, '--timeout');
  const waits = {
    ...(values.settle !== undefined && { settleMs: readWait(values.settle, '--settle') }),
    ...(values.idle !== undefined && { idleMs: readWait(values.idle, '--idle') }),
  };
  const view = values['no-wait'] ? undefined : await openRegistry({ redis: values.redis, topology, env: terminal.env });
  if (view === undefined && values.idle !== undefined) throw new Misuse(NO_ONE_TO_TELL);
  if (view === undefined && values.timeout === undefined && !values['no-wait'])
    throw new Misuse(noRegistry(deployment));
  try {
    return codeOf(await drainNode(drainingOf(node, { values, deployment, view, timeoutMs, waits, terminal })));
  } finally {
    await view?.quit();
  }
};

const NO_ONE_TO_TELL = '--idle reaches the node through the registry: set --redis, and do not use --no-wait';

const noRegistry = ({ file }: Deployment): string =>
  `there is no registry that tells when the last session has ended: set --redis, or registry: redis://… in ${file}, or --timeout, or use --no-wait`;

type Parts = {
  readonly values: Values;
  readonly deployment: Deployment;
  readonly view: RegistryView | undefined;
  readonly timeoutMs: number;
  readonly waits: { readonly settleMs?: number; readonly idleMs?: number };
  readonly terminal: Terminal;
};

const drainingOf = (node: string, { values, deployment, view, timeoutMs, waits, terminal }: Parts) => ({
  deployment,
  node,
  view,
  timeoutMs,
  ...waits,
  noWait: values['no-wait'],
  signal: terminal.signal,
  report: createReporter({ terminal, json: values.json, deployment, node }),
});

/** Sessions that could not be counted may have been lost. */
const codeOf = (end: DrainEnd): ExitCode => {
  if (end.event === 'left') return end.why === 'no-wait' ? 0 : 1;
  return end.cut === 0 ? 0 : 1;
};
