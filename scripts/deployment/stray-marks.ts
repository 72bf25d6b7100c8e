/** Drains that nodes follow, or would follow, although the deployment's file says that these nodes are active. */
import type { RegistryView } from '../../shared/registry/registry-view.ts';
import { parseNodeId } from '../../shared/registry/session-id.ts';
import type { Topology, TopologyNode } from '../../shared/topology/topology.ts';
import { argumentsOf, type Deployment } from './deployment.ts';

export type StrayMark = {
  readonly node: string;
  readonly drain: string;
  /**
   * Who began it and when, in milliseconds since the epoch; undefined: the mark is gone, but the node keeps draining.
   */
  readonly begun: { readonly by: string; readonly since: number } | undefined;
  /** The command that clears it. */
  readonly undo: string;
};

type Looking = {
  readonly topology: Topology;
  readonly deployment: Deployment;
  readonly view: Pick<RegistryView, 'node' | 'mark'>;
};

export const strayMarks = async ({ topology, deployment, view }: Looking): Promise<readonly StrayMark[]> => {
  const active = topology.nodes.filter(({ state }) => state === 'active');
  const found = await Promise.all(active.map((node) => drainOf(view, node)));
  return active.flatMap(({ id }, i) => {
    const drain = found[i];
    return drain === undefined ? [] : [{ node: id, ...drain, undo: undoOf(id, deployment) }];
  });
};

const undoOf = (node: string, deployment: Deployment): string =>
  `npm run undrain -- ${[node, ...argumentsOf(deployment)].join(' ')}`;

/** A node that was told to stop drains by its own decision: there is no mark. */
export const OWN_DRAIN = 'own';

const drainOf = async (
  view: Looking['view'],
  { id, url }: TopologyNode,
): Promise<Pick<StrayMark, 'drain' | 'begun'> | undefined> => {
  const name = parseNodeId(id);
  if (name === null) return undefined;
  const [mark, beat] = await Promise.all([view.mark(name), view.node(name)]);
  const announced = beat.kind === 'found' && beat.item?.url === url ? beat.item.drain : undefined;
  const own = mark.kind === 'found' && mark.item?.url === url && !mark.item.lifted ? mark.item : undefined;
  const drain = announced === OWN_DRAIN ? own?.id : (announced ?? own?.id);
  return drain === undefined ? undefined : { drain, begun: own?.id === drain ? own : undefined };
};
