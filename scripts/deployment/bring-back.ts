/** Brings a node back: first its routes, then new sessions once every proxy has the routes, and its readiness last. */
import { stat } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import type { RegistryView } from '../../shared/registry/registry-view.ts';
import { type NodeId, parseNodeId } from '../../shared/registry/session-id.ts';
import { askHealth, healthUrlOf } from './ask-health.ts';
import {
  type Deployment,
  dynamicFileOf,
  findNode,
  type NodeState,
  readDeployment,
  setStateFrom,
} from './deployment.ts';
import { liftMark } from './marker.ts';

export type BringBack = {
  readonly deployment: Deployment;
  readonly node: string;
  readonly view: Pick<RegistryView, 'setMark' | 'node' | 'mark'> | undefined;
  readonly settleMs: number;
  readonly signal: AbortSignal;
  readonly report: (event: RoutedEvent) => void;
};

/** Its routes are in the file; new sessions begin once every proxy has them. */
export type RoutedEvent = { readonly event: 'routed'; readonly files: readonly string[]; readonly settleMs: number };

export type BroughtBack =
  | { readonly kind: 'active'; readonly files: readonly string[]; readonly before: NodeState; readonly why?: string }
  | { readonly kind: 'left'; readonly files: readonly string[]; readonly before: NodeState };

export const bringBack = async (options: BringBack): Promise<BroughtBack> => {
  const { deployment, node, view, signal } = options;
  const topology = await readDeployment(deployment);
  const { state: before, url } = findNode(topology, node, deployment);
  const asked = view && { view, node: parseNodeId(node) as NodeId, url, healthUrl: healthUrlOf(url, topology) };
  const files = new Set<string>();
  for (let state = before; ; state = findNode(await readDeployment(deployment), node, deployment).state) {
    if (state !== 'active') await route(options, state, files);
    if (signal.aborted) return { kind: 'left', files: [...files], before };
    // Read before the file says active: a drain that begins later must not be lifted here.
    const held = asked && (await toLift(asked));
    const from = state === 'active' ? 'active' : 'draining';
    const written = await setStateFrom(deployment, { node, from, state: 'active' });
    if (written === undefined) continue;
    for (const file of written) files.add(file);
    const why = asked && held && (await openAgain({ ...asked, held, signal }));
    return { kind: 'active', files: [...files], before, ...(why !== undefined && { why }) };
  }
};

/**
 * If an earlier undrain was killed between its two files, Traefik may lack the routes; and new routes are not at every
 * proxy yet.
 */
const route = async (
  { deployment, node, settleMs, signal, report }: BringBack,
  state: NodeState,
  files: Set<string>,
): Promise<void> => {
  const written = (await setStateFrom(deployment, { node, from: state, state: 'draining' })) ?? [];
  for (const file of written) files.add(file);
  const leftMs = settleMs - (await ageOf(dynamicFileOf(deployment)));
  if (leftMs <= 0) return;
  report({ event: 'routed', files: written, settleMs: Math.ceil(leftMs) });
  await wait(leftMs, undefined, { signal }).catch(() => undefined);
};

/** A file with a date in the future has no known age. */
const ageOf = async (file: string): Promise<number> => Math.max(0, Date.now() - (await stat(file)).mtimeMs);

type Asked = {
  readonly view: NonNullable<BringBack['view']>;
  readonly node: NodeId;
  readonly url: string;
  readonly healthUrl: string;
};
type Held = { readonly drain: string } | { readonly unknown: string };

/** Also a mark that the node has not read yet, or that is left from an earlier process. */
const toLift = async (asked: Asked): Promise<Held | undefined> => {
  const held = await drainOf(asked);
  if (held !== undefined) return held;
  const found = await asked.view.mark(asked.node);
  if (found.kind === 'unavailable') return { unknown: found.why };
  const mark = found.item;
  return mark === undefined || mark.lifted || mark.url !== asked.url ? undefined : { drain: mark.id };
};

/** The drain that the node has acknowledged; undefined: none. After Redis was wiped, only the node knows it. */
const drainOf = async ({ view, node, healthUrl }: Asked): Promise<Held | undefined> => {
  const found = await view.node(node);
  if (found.kind === 'unavailable') return { unknown: found.why };
  const drain = found.item === undefined ? await drainByHealth(healthUrl, node) : found.item.drain;
  return drain === undefined ? undefined : { drain };
};

const drainByHealth = async (url: string, node: NodeId): Promise<string | undefined> => {
  const health = await askHealth(url);
  return health.kind === 'up' && health.node === node ? health.drain : undefined;
};

type Opening = Asked & { readonly held: Held; readonly signal: AbortSignal };

/** Three heartbeats. */
const HEARD_MS = 10_000;
const POLL_MS = 250;

/**
 * Until the node has read it, its readiness check keeps new sessions away. Not before the file says active: a drain
 * that is just ending would still take the node out. Undefined: it takes new sessions; else the reason why not.
 */
const openAgain = async ({ held, signal, ...asked }: Opening): Promise<string | undefined> => {
  if ('unknown' in held) return held.unknown;
  const { view, node, url } = asked;
  const lifted = await liftMark(view, { node, url, ...held });
  if (lifted.kind === 'unavailable') return lifted.why;
  const deadline = performance.now() + HEARD_MS;
  while (performance.now() < deadline && !signal.aborted) {
    if ((await drainOf(asked)) === undefined) return undefined;
    await wait(POLL_MS, undefined, { signal }).catch(() => undefined);
  }
  return 'it has not reported that it takes new sessions';
};
