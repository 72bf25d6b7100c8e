import type { RegistryView } from '../../shared/registry/registry-view.ts';
import { defineCommand, type ExitCode, type Options, type ValuesOf } from '../cli/command.ts';
import { Misuse } from '../cli/misuse.ts';
import { Refusal, stopsChange } from '../cli/refusal.ts';
import type { Terminal } from '../cli/terminal.ts';
import { bringBack, type RoutedEvent } from '../deployment/bring-back.ts';
import { argumentsOf, DEV, type Deployment, deploymentOf, findNode, readDeployment } from '../deployment/deployment.ts';
import { settleOf } from '../deployment/marker.ts';
import { lookAt } from '../deployment/node-status.ts';
import { openRegistry } from '../deployment/open-registry.ts';
import { routedText } from '../deployment/print-drain.ts';
import { readWait } from '../deployment/timeout.ts';

const usage = `Usage: npm run undrain -- NODE [--topology FILE] [--out DIR] [--settle 15s] [--redis URL]

Brings back a node that is draining or out: it gets new sessions again. Writes the node's state into the topology and
regenerates dynamic.yml, which a running Traefik follows. A node that is out gets its routes first, and new
sessions once every proxy has had time to apply the file: a session that one proxy opens must be found by all.

  --topology FILE   what to change (${DEV})
  --out DIR         the folder of dynamic.yml (as for npm run generate)
  --settle TIME     how late a proxy may apply the file (the topology's timeouts.settle)
  --redis URL       the session registry (the topology's registry, else REDIS_URL): says whether the node runs
  --json            one JSON object
  --help            this text

Example:
  npm run undrain -- n2

Exits with 0 when the node is back, 1 when that was refused, 2 for wrong usage.`;

const OPTIONS = {
  topology: { type: 'string', default: DEV },
  out: { type: 'string' },
  settle: { type: 'string' },
  redis: { type: 'string' },
} satisfies Options;
type Values = ValuesOf<typeof OPTIONS>;

export const command = defineCommand({
  summary: 'brings a node back',
  usage,
  options: OPTIONS,
  positionals: true,
  run: ({ values, positionals: [node, ...more], terminal }) => {
    if (node === undefined || more.length > 0) throw new Misuse('undrain takes the name of one node, such as n2');
    return run(node, values, terminal);
  },
});

const run = async (node: string, values: Values, terminal: Terminal): Promise<ExitCode> => {
  const deployment = deploymentOf(values);
  const topology = await readDeployment(deployment);
  findNode(topology, node, deployment);
  const settleMs = values.settle === undefined ? settleOf(topology) : readWait(values.settle, '--settle');
  const view = await openRegistry({ redis: values.redis, topology, env: terminal.env });
  const say = (event: object, text: string): void => terminal.print(values.json ? JSON.stringify(event) : text);
  try {
    const report = (event: RoutedEvent): void => say({ ...event, node }, routedText(node, event));
    const end = await bringBack({ deployment, node, view, settleMs, signal: terminal.signal, report }).catch(
      (error) => {
        throw stopsChange(error) ? new Refusal(`${error.message}\n${againText(node, deployment)}`) : error;
      },
    );
    const { before, files } = end;
    if (end.kind === 'left') {
      say({ event: 'left', node, before, files }, leftText(node, deployment));
      return 1;
    }
    const running = view && (await runs(node, view));
    const unmarked = end.why === undefined ? {} : { unmarked: end.why };
    const told = { node, before, files, running, checked: topology.healthCheck !== false, ...unmarked };
    say({ event: 'active', node, before, files, running, ...unmarked }, textOf(told));
    return end.why === undefined ? 0 : 1;
  } finally {
    await view?.quit();
  }
};

const runs = async (node: string, view: RegistryView): Promise<boolean | undefined> => {
  const seen = await lookAt({ view, node });
  return seen.kind === 'away' ? undefined : seen.kind === 'seen';
};

const leftText = (node: string, deployment: Deployment): string =>
  `${node} is draining: interrupted, and stays like that; it has its routes and gets no new sessions\n${againText(node, deployment)}`;

const againText = (node: string, deployment: Deployment): string =>
  `  continue  npm run undrain -- ${[node, ...argumentsOf(deployment)].join(' ')}`;

type Told = {
  readonly node: string;
  readonly before: string;
  readonly files: readonly string[];
  readonly running: boolean | undefined;
  readonly checked: boolean;
  /** Why the node could not be notified that it takes new sessions again. */
  readonly unmarked?: string;
};

const textOf = ({ node, before, files, running, checked, unmarked }: Told): string => {
  const first = before === 'active' ? `${node} is active, as before` : `${node} is active again: it gets new sessions`;
  const risk = checked
    ? 'Traefik sends nothing there until its health check passes'
    : 'without a health check Traefik sends requests there anyway: start it now';
  return [
    first,
    ...(files.length > 0 ? [`  files     ${files.join(', ')}`] : []),
    ...(unmarked === undefined
      ? []
      : [
          `  but       it could not be notified: ${unmarked}; if it refuses new sessions, run this again or restart it`,
        ]),
    ...(running === false ? [`  but       it is not in the registry, so it may not be running; ${risk}`] : []),
  ].join('\n');
};
