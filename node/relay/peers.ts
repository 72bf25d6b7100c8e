import type { NodeId } from '../../shared/registry/session-id.ts';
import type { NodeListing, SessionRegistry } from '../../shared/registry/session-registry.ts';

/** A heartbeat may be some seconds old. */
const FRESH_MS = 1000;
/** Without Redis the last known peers are asked; their proof shows that they are alive. */
const REMEMBERED_MS = 300_000;

export type PeersOptions = {
  readonly registry: Pick<SessionRegistry, 'heartbeats'>;
  readonly now: () => number;
};

/** Recent heartbeats of peers. Only names from the topology are looked up, so there are few. */
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
    // With a frozen Redis only one request waits for the timeout, not every request.
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
