/** Restarts one node without losing a session: drain, the user's restart command, undrain. */
import { setTimeout as wait } from 'node:timers/promises';
import { prefixesOf } from '../../shared/topology/prefixes.ts';
import type { Topology, TopologyNode } from '../../shared/topology/topology.ts';
import { stopsChange } from '../cli/refusal.ts';
import type { Terminal } from '../cli/terminal.ts';
import { healthUrlOf } from '../deployment/ask-health.ts';
import { bringBack, type RoutedEvent } from '../deployment/bring-back.ts';
import { findNode, type NodeState } from '../deployment/deployment.ts';
import { type DrainEvent, type Draining, drainNode } from '../deployment/drain-node.ts';
import { settleOf } from '../deployment/marker.ts';
import { type Asking, askBoots, type Boots, isBack } from './boots.ts';
import { runRestart } from './restart-command.ts';

export type RestartEvent =
  | DrainEvent
  | RoutedEvent
  | { readonly event: 'restarting'; readonly command: string }
  | { readonly event: 'back'; readonly ms: number; readonly files: readonly string[] }
  | {
      readonly event: 'failed';
      readonly at: 'drain' | 'command' | 'return';
      readonly how: string;
      readonly state: NodeState | undefined;
    };

export type Restarting = Omit<Draining, 'report' | 'signal'> & {
  readonly topology: Topology;
  readonly command: string;
  readonly backMs: number;
  readonly terminal: Terminal;
  readonly report: (event: RestartEvent) => void;
};

export type RestartEnd = { readonly kind: 'back'; readonly cut: number | undefined } | { readonly kind: 'failed' };

export const restartNode = async (restarting: Restarting): Promise<RestartEnd> => {
  const { deployment, node, terminal, report, topology, command } = restarting;
  const declared = findNode(topology, node, deployment);
  const { url } = declared;
  const asking: Asking = { node, healthUrl: healthUrlOf(url, topology), view: restarting.view };
  const before = await askBoots(asking);
  const drained = await drainNode({ ...restarting, signal: terminal.signal });
  if (drained.event === 'left') return { kind: 'failed' };
  report({ event: 'restarting', command: command.replaceAll('{node}', node) });
  const startedAt = performance.now();
  const failure = await runRestart({ command, node, url, terminal });
  if (failure !== undefined) return fail(report, { at: 'command', how: `the restart command ${failure}` });
  const back = await awaitBack(restarting, asking, before);
  const missing = typeof back === 'string' ? back : strayPrefix(declared, back);
  if (missing !== undefined) return fail(report, { at: 'return', how: missing });
  const returned = await takeBack(restarting);
  if ('how' in returned) return fail(report, { at: 'return', ...returned });
  report({ event: 'back', ms: Math.round(performance.now() - startedAt), files: returned.files });
  // The sessions of a node that was already out had lost their routes before, and were reported then.
  return { kind: 'back', cut: drained.why === 'already' ? 0 : drained.cut };
};

type Taken = { readonly files: readonly string[] } | { readonly how: string; readonly state: NodeState };

const takeBack = async ({ deployment, node, view, topology, terminal, ...more }: Restarting): Promise<Taken> => {
  const settleMs = more.settleMs ?? settleOf(topology);
  let state: NodeState = 'out';
  const report = (event: RoutedEvent): void => {
    state = 'draining';
    more.report(event);
  };
  try {
    const end = await bringBack({ deployment, node, view, settleMs, signal: terminal.signal, report });
    if (end.kind === 'left') return { how: 'it was interrupted while proxies had not all followed yet', state };
    if (end.why === undefined) return { files: end.files };
    // If only the server behind the node has restarted, the node itself keeps refusing: the rolling restart must stop.
    return { how: `nobody knows that it takes new sessions: ${end.why}`, state: 'active' };
  } catch (error) {
    if (!stopsChange(error)) throw error;
    return { how: error.message, state };
  }
};

const fail = (
  report: Restarting['report'],
  { at, how, state = 'out' }: { readonly at: 'command' | 'return'; readonly how: string; readonly state?: NodeState },
): RestartEnd => {
  report({ event: 'failed', at, how, state });
  return { kind: 'failed' };
};

/** Its process has another --tag than the file: its new session ids would have no route. */
const strayPrefix = (node: TopologyNode, { prefix }: Boots): string | undefined => {
  if (prefix === undefined || prefixesOf(node).includes(prefix)) return undefined;
  const wanted = node.tag === undefined ? 'without --tag' : `with --tag ${node.tag}`;
  return `its ids begin with ${prefix}, which no route takes: start it ${wanted}`;
};

const POLL_MS = 500;

/** Its state then; a string: why the wait ended. */
const awaitBack = async (
  { backMs, terminal: { signal } }: Restarting,
  asking: Asking,
  before: Boots,
): Promise<Boots | string> => {
  const deadline = performance.now() + backMs;
  for (;;) {
    const now = await askBoots(asking);
    if (isBack(before, now)) return now;
    if (signal.aborted) return 'it was interrupted while the node had not come back yet';
    if (performance.now() > deadline) return whyNot(now, asking);
    await wait(POLL_MS, undefined, { signal }).catch(() => undefined);
  }
};

const whyNot = ({ health }: Boots, { healthUrl, view }: Asking): string => {
  if (health.kind === 'down')
    return `no 200 from ${healthUrl}${view === undefined ? '' : ', and no new process of it in the registry'}`;
  return `${healthUrl} answers, but it is the process from before: the command did not restart it`;
};
