import { brief } from '../../node/sessions/session-table.ts';
import type { Snapshot } from './snapshot.ts';

/** The differences between two listings. */
export type Change = {
  readonly event: 'opened' | 'ended' | 'lost' | 'node-up' | 'node-gone' | 'node-restarted' | 'draining' | 'undrained';
  readonly node: string;
  readonly session?: string;
  readonly client?: string;
};

export const changesBetween = (before: Snapshot, after: Snapshot): readonly Change[] => [
  ...nodeChanges(before, after),
  ...sessionChanges(before, after),
];

const nodeChanges = (before: Snapshot, after: Snapshot): Change[] => {
  const then = new Map(before.nodes.map((node) => [node.node as string, node]));
  const now = new Set(after.nodes.map(({ node }) => node as string));
  return [
    ...[...then.keys()].filter((node) => !now.has(node)).map((node): Change => ({ event: 'node-gone', node })),
    ...after.nodes.flatMap(({ node, boot, draining }): Change[] => {
      const known = then.get(node);
      if (known === undefined) return [{ event: 'node-up', node }];
      if (known.boot !== boot) return [{ event: 'node-restarted', node }];
      return known.draining === draining ? [] : [{ event: draining ? 'draining' : 'undrained', node }];
    }),
  ];
};

/** An incomplete listing cannot prove that a session ended. */
const sessionChanges = (before: Snapshot, after: Snapshot): Change[] => {
  const then = new Map(before.sessions.map((session) => [session.id as string, session]));
  const now = new Set(after.sessions.map(({ id }) => id as string));
  return [
    ...after.sessions.flatMap(({ id, node, client, presence }): Change[] => {
      const known = then.get(id);
      const told = { node, session: brief(id), client };
      if (known === undefined) return presence === 'live' && before.complete ? [{ event: 'opened', ...told }] : [];
      return known.presence === 'live' && presence !== 'live' ? [{ event: 'lost', ...told }] : [];
    }),
    ...(after.complete ? before.sessions : [])
      .filter(({ id }) => !now.has(id))
      .map(({ id, node, client }): Change => ({ event: 'ended', node, session: brief(id), client })),
  ];
};
