import type { RegistryView } from '../../shared/registry/registry-view.ts';
import type { SessionId } from '../../shared/registry/session-id.ts';
import type { NodeListing, SessionListing } from '../../shared/registry/session-registry.ts';

/** orphans: records of processes that are gone. Their clients get a 404 with that reason, and open a new session. */
export type SessionState = 'live' | 'owner-restarted' | 'owner-gone';
export type SeenSession = SessionListing & { readonly presence: SessionState };

/** What the registry knows at one moment. */
export type Snapshot = {
  readonly nodes: readonly NodeListing[];
  readonly sessions: readonly SeenSession[];
  /** Whether these are all sessions. */
  readonly complete: boolean;
};

/** Beyond this limit they are only counted, by their nodes. */
const MAX_LISTED = 10_000;

export const takeSnapshot = async (
  view: Pick<RegistryView, 'nodes' | 'sessions'>,
  limit = MAX_LISTED,
): Promise<Snapshot | { readonly away: string }> => {
  const [nodes, sessions] = await Promise.all([view.nodes(), view.sessions({ limit })]);
  if (nodes.kind === 'unavailable') return { away: nodes.why };
  if (sessions.kind === 'unavailable') return { away: sessions.why };
  const alive = new Set(nodes.items.map(({ node }) => node));
  return {
    nodes: [...nodes.items].sort((a, b) => byName(a.node, b.node)),
    sessions: sessions.items
      .map((session): SeenSession => ({ ...session, presence: presenceOf(session, alive) }))
      .sort((a, b) => byName(a.node, b.node) || b.created - a.created),
    complete: sessions.complete,
  };
};

/** Of one session and its node only. */
export const takeOne = async (
  view: Pick<RegistryView, 'find'>,
  id: SessionId,
): Promise<Snapshot | { readonly away: string }> => {
  const found = await view.find(id);
  if (found.kind === 'unavailable') return { away: found.why };
  const { session, owner } = found;
  const nodes = owner === undefined ? [] : [owner];
  const alive = new Set(nodes.map(({ node }) => node));
  const sessions = session === undefined ? [] : [{ ...session, presence: presenceOf(session, alive) }];
  return { nodes, sessions, complete: true };
};

/** Names that several processes with different tags have; with one prefix they overwrite each other's heartbeat. */
export const claimed = ({ nodes }: Pick<Snapshot, 'nodes'>): readonly string[] => {
  const names = nodes.map(({ node }) => node);
  return [...new Set(names.filter((name, i) => name === names[i - 1]))];
};

const presenceOf = ({ state, node }: SessionListing, alive: ReadonlySet<string>): SessionState => {
  if (state === 'live') return 'live';
  return alive.has(node) ? 'owner-restarted' : 'owner-gone';
};

/** Natural order: n2 before n10. */
const byName = (a: string, b: string): number => a.localeCompare(b, 'en', { numeric: true });
