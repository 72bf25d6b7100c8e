/** A node back into the deployment: its routes first, then its own readiness, and new sessions last. */
import { setTimeout as wait } from 'node:timers/promises';
import type { RegistryView } from '../../shared/registry/registry-view.ts';
import { type NodeId, parseNodeId } from '../../shared/registry/session-id.ts';
import { type Deployment, findNode, type NodeState, readDeployment, setState } from './deployment.ts';
import { liftMark } from './marker.ts';

export type Returning = {
  readonly deployment: Deployment;
  readonly node: string;
  readonly view: Pick<RegistryView, 'setMark' | 'node'> | undefined;
  readonly settleMs: number;
  readonly signal: AbortSignal;
  readonly tell: (event: RoutedEvent) => void;
};

/** Its routes are in the file; new sessions begin on it when every proxy has them. */
export type RoutedEvent = { readonly event: 'routed'; readonly files: readonly string[]; readonly settleMs: number };

export type Returned =
  | { readonly kind: 'active'; readonly files: readonly string[]; readonly before: NodeState; readonly why?: string }
  | { readonly kind: 'left'; readonly files: readonly string[]; readonly before: NodeState };

export const bringBack = async ({ deployment, node, view, settleMs, signal, tell }: Returning): Promise<Returned> => {
  const { state: before, url } = findNode(await readDeployment(deployment), node, deployment);
  const files = new Set<string>();
  if (before === 'out') {
    for (const file of await setState(deployment, { node, state: 'draining' })) files.add(file);
    tell({ event: 'routed', files: [...files], settleMs });
    await wait(settleMs, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return { kind: 'left', files: [...files], before };
  }
  const unheard = view && (await openAgain({ view, node: parseNodeId(node) as NodeId, url, signal }));
  for (const file of await setState(deployment, { node, state: 'active' })) files.add(file);
  return { kind: 'active', files: [...files], before, ...(unheard !== undefined && { why: unheard }) };
};

type Opening = {
  readonly view: NonNullable<Returning['view']>;
  readonly node: NodeId;
  readonly url: string;
  readonly signal: AbortSignal;
};

/** Three heartbeats. */
const HEARD_MS = 10_000;
const POLL_MS = 250;

/** A node that still refuses would answer the first new sessions with 503. Undefined: it takes them; else why not. */
const openAgain = async ({ view, node, url, signal }: Opening): Promise<string | undefined> => {
  const refuses = async (): Promise<boolean | string> => {
    const found = await view.node(node);
    return found.kind === 'unavailable' ? found.why : found.item?.drain !== undefined;
  };
  const before = await refuses();
  if (before === false) return undefined;
  if (typeof before === 'string') return before;
  const lifted = await liftMark(view, node, url);
  if (lifted.kind === 'unavailable') return lifted.why;
  const deadline = performance.now() + HEARD_MS;
  while (performance.now() < deadline && !signal.aborted) {
    if ((await refuses()) === false) return undefined;
    await wait(POLL_MS, undefined, { signal }).catch(() => undefined);
  }
  return 'it has not said that it takes new sessions';
};
