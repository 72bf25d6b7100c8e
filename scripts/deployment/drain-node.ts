/** Takes one node out without losing a session: first no new ones, then none left, then out. */
import type { RegistryView } from '../../shared/registry/registry-view.ts';
import { type NodeId, parseNodeId } from '../../shared/registry/session-id.ts';
import type { Topology } from '../../shared/topology/topology.ts';
import { Refusal, stopsChange } from '../cli/refusal.ts';
import { healthUrlOf } from './ask-health.ts';
import { awaitEmpty, type WaitEnd } from './await-empty.ts';
import { type Deployment, findNode, type NodeState, readDeployment, setState, setStateFrom } from './deployment.ts';
import { type MarkEvent, Marker, marginOf, settleOf } from './marker.ts';
import { lookAt, type Seen } from './node-status.ts';
import type { ProgressEvent, Terms } from './progress.ts';

export type DrainEvent =
  | {
      readonly event: 'draining';
      readonly url: string;
      readonly files: readonly string[];
      /** The nodes that new sessions begin on. */
      readonly takers: readonly string[];
      readonly timeoutMs: number;
      /** The node ends sessions that were idle without a stream for this long; missing: only its own limit applies. */
      readonly idleMs?: number;
      /** What it waits for: its sessions, only the deadline, or nothing. */
      readonly waits: 'sessions' | 'deadline' | 'no';
    }
  | ProgressEvent
  | MarkEvent
  | {
      readonly event: 'out';
      readonly files: readonly string[];
      readonly why: 'empty' | 'gone' | 'deadline' | 'already';
      /** Sessions that the drain ended; undefined: they could not be counted. */
      readonly cut: number | undefined;
      readonly ms: number;
    }
  | {
      readonly event: 'left';
      readonly why: 'signal' | 'changed' | 'no-wait' | 'unreadable';
      /** Why the file cannot be read. */
      readonly how?: string;
      readonly state: NodeState | undefined;
      readonly live: number | undefined;
    };

export type Draining = {
  readonly deployment: Deployment;
  readonly node: string;
  readonly view: RegistryView | undefined;
  readonly timeoutMs: number;
  /** Overrides the topology's. */
  readonly settleMs?: number;
  readonly idleMs?: number;
  readonly noWait?: boolean;
  readonly signal: AbortSignal;
  readonly report: (event: DrainEvent) => void;
};

export type DrainEnd = Extract<DrainEvent, { event: 'out' | 'left' }>;

export const drainNode = async (draining: Draining): Promise<DrainEnd> => {
  let begun = false;
  const report: Draining['report'] = (event) => {
    begun = true;
    draining.report(event);
  };
  const end = await drain({ ...draining, report }).catch((error: unknown): DrainEnd => {
    if (!begun || !stopsChange(error)) throw error;
    return { event: 'left', why: 'unreadable', how: error.message, state: 'draining', live: undefined };
  });
  draining.report(end);
  return end;
};

const drain = async (draining: Draining): Promise<DrainEnd> => {
  const { deployment, node, view, timeoutMs, idleMs, signal } = draining;
  const topology = await readDeployment(deployment);
  const { url, state } = findNode(topology, node, deployment);
  const startedAt = performance.now();
  const look = view && (() => lookAt({ view, node, healthUrl: healthUrlOf(url, topology) }));
  if (state === 'out') return leave(draining, { why: 'already', cut: await liveNow(look), startedAt });
  let takers: readonly string[] = [];
  const allow = async (now: Topology): Promise<void> => {
    takers = await takersOf(now, draining);
  };
  const files = await setState(deployment, { node, state: 'draining', allow });
  const ends = idleMs !== undefined && { idleMs };
  draining.report({ event: 'draining', url, files, takers, timeoutMs, ...ends, waits: waitsFor(draining) });
  if (draining.noWait === true) return { event: 'left', why: 'no-wait', state: 'draining', live: undefined };
  const marker = view && markerOf(draining, { view, topology, url });
  const terms = async (seen: Seen): Promise<Terms> => {
    const told = seen.kind === 'seen' && (await marker?.markNode(seen));
    return { drain: told ? marker?.id : undefined, settleMs: settleMs(draining, topology) };
  };
  const ended = await awaitEmpty({
    look,
    stateNow: () => stateOf(deployment, node),
    terms,
    timeoutMs,
    signal,
    report: draining.report,
  });
  const end = await finish(draining, ended, startedAt);
  if (end.event === 'out') await marker?.end();
  return end;
};

/** Sessions of a node that was set to out by hand: without routes, but alive. */
const liveNow = async (look: (() => Promise<Seen>) | undefined): Promise<number> => {
  const seen = await look?.();
  return seen?.kind === 'seen' ? seen.live : 0;
};

type Known = { readonly view: RegistryView; readonly topology: Topology; readonly url: string };

const markerOf = (draining: Draining, { view, topology, url }: Known): Marker =>
  new Marker({
    view,
    node: parseNodeId(draining.node) as NodeId,
    url,
    settleMs: settleMs(draining, topology),
    marginMs: marginOf(topology),
    idleMs: draining.idleMs,
    now: Date.now,
    report: draining.report,
  });

const settleMs = (draining: Draining, topology: Topology): number => draining.settleMs ?? settleOf(topology);

const waitsFor = ({ noWait, view }: Draining): 'sessions' | 'deadline' | 'no' => {
  if (noWait === true) return 'no';
  return view === undefined ? 'deadline' : 'sessions';
};

const finish = (draining: Draining, ended: WaitEnd, startedAt: number): Promise<DrainEnd> | DrainEnd => {
  if (ended.kind === 'signal') return { event: 'left', why: 'signal', state: 'draining', live: ended.live };
  if (ended.kind === 'changed') return { event: 'left', why: 'changed', state: ended.state, live: undefined };
  return leave(draining, { why: ended.kind, cut: ended.kind === 'empty' ? 0 : ended.live, startedAt });
};

type Leaving = Pick<Extract<DrainEvent, { event: 'out' }>, 'why' | 'cut'> & { readonly startedAt: number };

const leave = async ({ deployment, node }: Draining, { why, cut, startedAt }: Leaving): Promise<DrainEnd> => {
  const files = await setStateFrom(deployment, { node, from: why === 'already' ? 'out' : 'draining', state: 'out' });
  if (files === undefined)
    return { event: 'left', why: 'changed', state: await stateOf(deployment, node), live: undefined };
  return { event: 'out', files, why, cut, ms: Math.round(performance.now() - startedAt) };
};

const stateOf = async (deployment: Deployment, node: string): Promise<NodeState | undefined> =>
  (await readDeployment(deployment)).nodes.find(({ id }) => id === node)?.state;

/** Without at least one of them no session could begin. */
const takersOf = async (topology: Topology, { node, view, deployment }: Draining): Promise<readonly string[]> => {
  const others = topology.nodes.filter(({ id, state }) => id !== node && state === 'active').map(({ id }) => id);
  if (others.length === 0)
    throw new Refusal(
      `${node} is the last active node of ${deployment.file}: no session could be opened; undrain another one first`,
    );
  const listed = await view?.nodes();
  if (listed?.kind !== 'listed') return others;
  const alive = listed.items.map((one) => String(one.node));
  if (alive.includes(node) && !others.some((id) => alive.includes(id)))
    throw new Refusal(
      `${node} is the last live node: the registry has no heartbeat of ${others.join(', ')}; start another one first`,
    );
  return others;
};
