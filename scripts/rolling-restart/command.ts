import type { RegistryView } from '../../shared/registry/registry-view.ts';
import type { Topology } from '../../shared/topology/topology.ts';
import { defineCommand, type ExitCode, type Options, type ValuesOf } from '../cli/command.ts';
import { many } from '../cli/many.ts';
import { Misuse } from '../cli/misuse.ts';
import { Refusal } from '../cli/refusal.ts';
import type { Terminal } from '../cli/terminal.ts';
import { DEV, type Deployment, deploymentOf, findNode, readDeployment } from '../deployment/deployment.ts';
import { openRegistry } from '../deployment/open-registry.ts';
import { readTimeout } from '../deployment/timeout.ts';
import { createReporter } from './print-restart.ts';
import { restartNode } from './restart-node.ts';

const usage = `Usage: npm run rolling-restart -- --restart 'COMMAND {node}' [--topology FILE] [--out DIR] [--timeout 30m]
                                  [--back-timeout 2m] [--from NODE] [--redis URL]

Restarts the active nodes one by one without losing a session: drains each node, restarts it by your command, and gives
it new sessions when the new process answers. Stops at the first failure and says how to continue.

  --restart COMMAND     for /bin/sh; {node} stands for the node, MOORING_NODE and MOORING_URL are set
  --topology FILE       what to change (${DEV})
  --out DIR             the folder of dynamic.yml (as for npm run generate)
  --timeout TIME        time for each node to drain; then remaining sessions end (the topology's timeouts.drain)
  --back-timeout TIME   time for each node to come back after the command (2m)
  --from NODE           continue with this node, whatever its state, and the active ones after it
  --redis URL           the session registry (the topology's registry, else REDIS_URL)
  --json                one JSON object per event
  --help                this text

Example:
  npm run rolling-restart -- --restart 'ssh {node} sudo systemctl restart mcp' --topology config/production.yaml

Exits with 0 when all are back and no session was lost, 1 when some were or it stopped, 2 for wrong usage.`;

const OPTIONS = {
  restart: { type: 'string' },
  topology: { type: 'string', default: DEV },
  out: { type: 'string' },
  timeout: { type: 'string' },
  'back-timeout': { type: 'string', default: '2m' },
  from: { type: 'string' },
  redis: { type: 'string' },
} satisfies Options;
type Values = ValuesOf<typeof OPTIONS>;

export const command = defineCommand({
  summary: 'restarts the nodes one by one without losing a session',
  usage,
  options: OPTIONS,
  run: ({ values, terminal }) => {
    if (!values.restart) throw new Misuse('--restart is missing: the command that restarts {node}');
    return run(values, terminal);
  },
});

const run = async (values: Values, terminal: Terminal): Promise<ExitCode> => {
  const deployment = deploymentOf(values);
  const topology = await readDeployment(deployment);
  const nodes = nodesToRestart(topology, values.from, deployment);
  const limits = {
    timeoutMs: readTimeout(values.timeout ?? topology.timeouts.drain, '--timeout'),
    backMs: readTimeout(values['back-timeout'], '--back-timeout'),
  };
  const view = await openRegistry({ redis: values.redis, topology, env: terminal.env });
  if (view === undefined && values.timeout === undefined)
    throw new Misuse(
      'there is no registry to ask when the last session has ended: name it by --redis, or say by --timeout how long each node gets',
    );
  try {
    return await restartAll({ nodes, values, deployment, topology, view, terminal, ...limits });
  } finally {
    await view?.quit();
  }
};

export const nodesToRestart = (
  topology: Topology,
  from: string | undefined,
  deployment: Deployment,
): readonly string[] => {
  if (from !== undefined) findNode(topology, from, deployment);
  const start = from === undefined ? 0 : topology.nodes.findIndex(({ id }) => id === from);
  const nodes = topology.nodes.slice(start).filter(({ id, state }) => state === 'active' || id === from);
  const draining = topology.nodes.find(({ id, state }) => state === 'draining' && id !== from);
  if (draining !== undefined)
    throw new Refusal(
      `${draining.id} is draining: let that end or undrain it first, or go on with it by --from ${draining.id}`,
    );
  if (nodes.length === 0) throw new Refusal(`${deployment.file} has no active node`);
  return nodes.map(({ id }) => id);
};

type All = {
  readonly nodes: readonly string[];
  readonly values: Values;
  readonly deployment: Deployment;
  readonly topology: Topology;
  readonly view: RegistryView | undefined;
  readonly terminal: Terminal;
  readonly timeoutMs: number;
  readonly backMs: number;
};

const restartAll = async ({ nodes, values, ...all }: All): Promise<ExitCode> => {
  const { json, restart = '' } = values;
  const options = { terminal: all.terminal, json, deployment: all.deployment, command: restart };
  let cut: number | undefined = 0;
  for (const [i, node] of nodes.entries()) {
    const report = createReporter({ ...options, node, place: `${i + 1} of ${nodes.length}` });
    const end = await restartNode({ ...all, node, command: restart, report });
    if (end.kind === 'failed') return 1;
    cut = cut === undefined || end.cut === undefined ? undefined : cut + end.cut;
  }
  all.terminal.print(json ? JSON.stringify({ event: 'done', nodes, cut }) : doneText(nodes, cut));
  return cut === 0 ? 0 : 1;
};

const doneText = (nodes: readonly string[], cut: number | undefined): string => {
  const lost =
    cut === undefined
      ? 'nobody could count the sessions that ended by it'
      : cut === 0
        ? 'no session was lost'
        : `${many(cut, 'session')} ended at the deadline`;
  return `${nodes.join(', ')} ${nodes.length === 1 ? 'is' : 'are'} restarted: ${lost}`;
};
