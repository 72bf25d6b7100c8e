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
  const names = new Set(before.nodes.map(({ node }) => node as string));
  const then = new Map(before.nodes.map((one) => [processOf(one), one]));
  const now = new Set(after.nodes.map(({ node }) => node as string));
  return [
    ...[...names].filter((node) => !now.has(node)).map((node): Change => ({ event: 'node-gone', node })),
    ...after.nodes.flatMap((one): Change[] => {
      const { node, draining } = one;
      const known = then.get(processOf(one));
      if (!names.has(node)) return [{ event: 'node-up', node }];
      if (known === undefined) return [{ event: 'node-restarted', node }];
      return known.draining === draining ? [] : [{ event: draining ? 'draining' : 'undrained', node }];
    }),
  ];
};

/** Two may have one name. */
const processOf = ({ node, boot }: Snapshot['nodes'][number]): string => `${node} ${boot}`;

/** An incomplete listing cannot prove that a session ended. */
const sessionChanges = (before: Snapshot, after: Snapshot): Change[] => {
  const then = new Map(before.sessions.map((session) => [session.id as string, session]));
  const now = new Set(after.sessions.map(({ id }) => id as string));
  return [
    ...after.sessions.flatMap(({ id, node, client, presence }): Change[] => {
      const known = then.get(id);
      const details = { node, session: brief(id), client };
      if (known === undefined) return presence === 'live' && before.complete ? [{ event: 'opened', ...details }] : [];
      return known.presence === 'live' && presence !== 'live' ? [{ event: 'lost', ...details }] : [];
    }),
    ...(after.complete ? before.sessions : [])
      .filter(({ id }) => !now.has(id))
      .map(({ id, node, client }): Change => ({ event: 'ended', node, session: brief(id), client })),
  ];
};
