import type { RegistryView } from '../../shared/registry/registry-view.ts';
import { parseNodeId } from '../../shared/registry/session-id.ts';

/** What the registry knows of a node's sessions. `ids`: missing where there are too many to list. */
export type Seen =
  | { readonly kind: 'away'; readonly why: string }
  | { readonly kind: 'unseen' }
  | {
      readonly kind: 'seen';
      readonly live: number;
      readonly ids: ReadonlySet<string> | undefined;
      readonly boot: string;
    };

/** Beyond it every look would take thousands of commands. */
const MAX_LISTED = 5000;

/** The records are up to date at once; the heartbeat, a few seconds old, also counts what has no record yet. */
export const lookAt = async (view: Pick<RegistryView, 'nodes' | 'sessions'>, node: string): Promise<Seen> => {
  const nodes = await view.nodes();
  if (nodes.kind === 'unavailable') return { kind: 'away', why: nodes.why };
  const beat = nodes.items.find((one) => one.node === parseNodeId(node));
  if (beat === undefined) return { kind: 'unseen' };
  const seen = { kind: 'seen', boot: beat.boot } as const;
  const all = nodes.items.reduce((sum, { sessions }) => sum + sessions, 0);
  if (all > MAX_LISTED) return { ...seen, live: beat.sessions, ids: undefined };
  const listed = await view.sessions({ limit: 2 * MAX_LISTED });
  if (listed.kind === 'unavailable') return { kind: 'away', why: listed.why };
  if (!listed.complete) return { ...seen, live: beat.sessions, ids: undefined };
  const live = listed.items.filter((one) => one.node === beat.node && one.state === 'live');
  return { ...seen, live: live.length || beat.sessions, ids: new Set(live.map(({ id }) => id)) };
};
