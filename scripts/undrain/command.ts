import { defineCommand, type ExitCode, type Options, type ValuesOf } from '../cli/command.ts';
import { Misuse } from '../cli/misuse.ts';
import type { Terminal } from '../cli/terminal.ts';
import { DEV, deploymentOf, findNode, readDeployment, setState } from '../deployment/deployment.ts';
import { lookAt } from '../deployment/live-sessions.ts';
import { openRegistry } from '../deployment/open-registry.ts';
import { reportRefusal } from '../deployment/refusal.ts';

const usage = `Usage: npm run undrain -- NODE [--topology FILE] [--out DIR] [--redis URL]

Brings a node back that is draining or out: new sessions begin on it again. Writes the node's state into the topology
and regenerates dynamic.yml, which Traefik follows while it runs.

  --topology FILE   what to change (${DEV})
  --out DIR         where dynamic.yml is; else where npm run generate writes it
  --redis URL       registry of the sessions (the topology's registry, else REDIS_URL): says whether the node runs
  --json            one JSON object
  --help            this text

Example:
  npm run undrain -- n2

Ends with 0 when the node is back, 1 when that was refused, 2 for wrong use.`;

const OPTIONS = {
  topology: { type: 'string', default: DEV },
  out: { type: 'string' },
  redis: { type: 'string' },
} satisfies Options;
type Values = ValuesOf<typeof OPTIONS>;

export const command = defineCommand({
  summary: 'brings a node back',
  usage,
  options: OPTIONS,
  positionals: true,
  run: ({ values, positionals, terminal }) => {
    const [node, ...more] = positionals;
    if (node === undefined || more.length > 0) throw new Misuse('undrain takes the name of one node, such as n2');
    return reportRefusal({ terminal, json: values.json }, () => run(node, values, terminal));
  },
});

const run = async (node: string, values: Values, terminal: Terminal): Promise<ExitCode> => {
  const deployment = deploymentOf(values);
  const topology = await readDeployment(deployment);
  const before = findNode(topology, node, deployment).state;
  const files = await setState(deployment, node, 'active');
  const running = await runs(node, { redis: values.redis, topology, env: terminal.env });
  if (values.json) terminal.print(JSON.stringify({ event: 'active', node, before, files, running }));
  else terminal.print(textOf({ node, before, files, running, checked: topology.healthCheck !== false }));
  return 0;
};

/** Undefined: nobody knows. */
const runs = async (node: string, asking: Parameters<typeof openRegistry>[0]): Promise<boolean | undefined> => {
  const view = await openRegistry(asking);
  if (view === undefined) return undefined;
  const seen = await lookAt(view, node).finally(() => view.quit());
  return seen.kind === 'away' ? undefined : seen.kind === 'seen';
};

type Told = {
  readonly node: string;
  readonly before: string;
  readonly files: readonly string[];
  readonly running: boolean | undefined;
  readonly checked: boolean;
};

const textOf = ({ node, before, files, running, checked }: Told): string => {
  const first =
    before === 'active' ? `${node} is active, as it was` : `${node} is active again: new sessions begin on it`;
  const risk = checked
    ? 'Traefik sends nothing there until its health check is answered'
    : 'without a health check Traefik sends requests there all the same: start it now';
  return [
    first,
    ...(files.length > 0 ? [`  files     ${files.join(', ')}`] : []),
    ...(running === false ? [`  but       it is not in the registry, so it may not run; ${risk}`] : []),
  ].join('\n');
};
