import type { NodeId } from '../../shared/registry/session-id.ts';
import type { NodeListing, SessionRegistry } from '../../shared/registry/session-registry.ts';

/** A heartbeat is some seconds old at any time. */
const FRESH_MS = 1000;
/** Without Redis those that lived last are asked, and prove by themselves that they do. */
const REMEMBERED_MS = 300_000;

export type PeersOptions = {
  readonly registry: Pick<SessionRegistry, 'heartbeats'>;
  readonly now: () => number;
};

/** The heartbeats of peers as they were lately. Only names of the topology are asked for, so that they are few. */
export const heartbeatsOf = ({ registry, now }: PeersOptions) => {
  const seen = new Map<string, { readonly heartbeat: NodeListing; readonly at: number }>();
  let awayAt = Number.NEGATIVE_INFINITY;
  const within = (nodes: readonly NodeId[], ms: number): readonly NodeListing[] =>
    nodes.flatMap((node) => {
      const known = seen.get(node);
      return known !== undefined && now() - known.at < ms ? [known.heartbeat] : [];
    });
  return async (nodes: readonly NodeId[]): Promise<readonly NodeListing[]> => {
    const fresh = within(nodes, FRESH_MS);
    if (fresh.length === nodes.length) return fresh;
    // A Redis that stands still costs one request its patience, and not each.
    if (now() - awayAt < FRESH_MS) return within(nodes, REMEMBERED_MS);
    const found = await registry.heartbeats(nodes);
    if (found.kind === 'unavailable') {
      awayAt = now();
      return within(nodes, REMEMBERED_MS);
    }
    for (const node of nodes) seen.delete(node);
    for (const heartbeat of found.items) seen.set(heartbeat.node, { heartbeat, at: now() });
    return found.items;
  };
};
