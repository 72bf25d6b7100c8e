/** One node restarted without losing a session: drained, restarted by the user's command, back again. */
import { setTimeout as wait } from 'node:timers/promises';
import { prefixesOf } from '../../shared/topology/prefixes.ts';
import type { Topology, TopologyNode } from '../../shared/topology/topology.ts';
import type { Terminal } from '../cli/terminal.ts';
import { askHealth, healthUrlOf } from '../deployment/ask-health.ts';
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

export type Restarting = Omit<Draining, 'tell' | 'signal'> & {
  readonly topology: Topology;
  readonly command: string;
  readonly backMs: number;
  readonly terminal: Terminal;
  readonly tell: (event: RestartEvent) => void;
};

export type RestartEnd = { readonly kind: 'back'; readonly cut: number | undefined } | { readonly kind: 'failed' };

export const restartNode = async (restarting: Restarting): Promise<RestartEnd> => {
  const { deployment, node, terminal, tell, topology, command } = restarting;
  const declared = findNode(topology, node, deployment);
  const { url } = declared;
  const asking: Asking = { node, healthUrl: healthUrlOf(url, topology), view: restarting.view };
  const before = await askBoots(asking);
  const drained = await drainNode({ ...restarting, signal: terminal.signal });
  if (drained.event === 'left') return { kind: 'failed' };
  tell({ event: 'restarting', command: command.replaceAll('{node}', node) });
  const startedAt = performance.now();
  const failure = await runRestart({ command, node, url, terminal });
  if (failure !== undefined) return fail(tell, { at: 'command', how: `the restart command ${failure}` });
  const missing = await awaitBack(restarting, asking, before);
  if (missing !== undefined) return fail(tell, { at: 'return', how: missing });
  const stray = await strayPrefix(declared, asking.healthUrl);
  if (stray !== undefined) return fail(tell, { at: 'return', how: stray });
  const settleMs = restarting.settleMs ?? settleOf(topology);
  const returned = await bringBack({
    deployment,
    node,
    view: restarting.view,
    settleMs,
    signal: terminal.signal,
    tell,
  });
  if (returned.kind === 'left')
    return fail(tell, {
      at: 'return',
      how: 'it was interrupted while proxies had not all followed yet',
      state: 'draining',
    });
  // A process that is the same one, its server restarted behind it, keeps its word: the others must not follow it.
  if (returned.why !== undefined)
    return fail(tell, {
      at: 'return',
      how: `nobody knows that it takes new sessions: ${returned.why}`,
      state: 'active',
    });
  tell({ event: 'back', ms: Math.round(performance.now() - startedAt), files: returned.files });
  return { kind: 'back', cut: drained.cut };
};

const fail = (
  tell: Restarting['tell'],
  { at, how, state = 'out' }: { readonly at: 'command' | 'return'; readonly how: string; readonly state?: NodeState },
): RestartEnd => {
  tell({ event: 'failed', at, how, state });
  return { kind: 'failed' };
};

/** Its process has another --tag than the file: no route takes the ids of the sessions that would begin there. */
const strayPrefix = async (node: TopologyNode, healthUrl: string): Promise<string | undefined> => {
  const health = await askHealth(healthUrl);
  if (health.kind === 'down' || health.prefix === undefined || prefixesOf(node).includes(health.prefix))
    return undefined;
  const wanted = node.tag === undefined ? 'without --tag' : `with --tag ${node.tag}`;
  return `its ids begin with ${health.prefix}, which no route takes: start it ${wanted}`;
};

const POLL_MS = 500;

/** Undefined: it is. Else why it was not waited for any longer. */
const awaitBack = async (
  { backMs, terminal: { signal } }: Restarting,
  asking: Asking,
  before: Boots,
): Promise<string | undefined> => {
  const deadline = performance.now() + backMs;
  for (;;) {
    const now = await askBoots(asking);
    if (isBack(before, now)) return undefined;
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
