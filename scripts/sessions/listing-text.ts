import { brief } from '../../node/sessions/session-table.ts';
import { visible } from '../../shared/terminal-text.ts';
import { many } from '../cli/many.ts';
import type { Paint } from '../cli/paint.ts';
import type { StrayMark } from '../deployment/stray-marks.ts';
import { ageText } from './age.ts';
import type { NodeLoad } from './node-load.ts';
import { claimed, type SeenSession, type Snapshot } from './snapshot.ts';

export type Listing = {
  readonly snapshot: Snapshot;
  /** By the nodes' URLs. */
  readonly loads: ReadonlyMap<string, NodeLoad | undefined>;
  readonly now: number;
  /** How many sessions of a node are shown. */
  readonly most: number;
  readonly strays: readonly StrayMark[];
};

export const listingText = (listing: Listing, paint: Paint): string => {
  const { snapshot, strays } = listing;
  if (snapshot.nodes.length + snapshot.sessions.length === 0) return NOBODY;
  const gone = [...new Set(snapshot.sessions.map(({ node }) => node))].filter(
    (name) => !snapshot.nodes.some(({ node }) => node === name),
  );
  return [
    paint.strong(countsText(snapshot)),
    ...snapshot.nodes.map((node, i) => {
      const isLast = snapshot.nodes[i + 1]?.node !== node.node;
      const own = isLast ? sessionLines(node.node, listing, paint) : [];
      return ['', nodeLine(node, listing, paint), ...own].join('\n');
    }),
    ...gone.map((name) =>
      ['', `${paint.name(name)}  ${paint.bad('gone: no heartbeat')}`, ...sessionLines(name, listing, paint)].join('\n'),
    ),
    '',
    ...claimed(snapshot).map((name) => claimText(name, paint)),
    ...strays.map((stray) => strayText(stray, paint)),
    ...legend(snapshot, paint),
  ].join('\n');
};

const claimText = (name: string, paint: Paint): string =>
  `${paint.bad(`several processes say that they are ${name}, with different tags`)}
  help: stop all but the one that the topology names; the heartbeat of one that was killed goes within 10 s\n`;

const strayText = ({ node, begun, undo }: StrayMark, paint: Paint): string => {
  const who = begun === undefined ? '' : `, begun by ${visible(begun.by)} at ${new Date(begun.since).toISOString()}`;
  return `${paint.bad(`${node} is draining${who}, but the file says that it is active`)}\n  help: ${undo}\n`;
};

const NOBODY = `no node is in this registry
  help: is it the Redis that the nodes have? They say which one as they start; --redis names another one`;

export const countsText = ({ nodes, sessions, complete }: Snapshot): string => {
  const orphans = sessions.filter(({ presence }) => presence !== 'live').length;
  const names = new Set(nodes.map(({ node }) => node));
  const live = complete
    ? heldText(sessions)
    : many(
        nodes.reduce((sum, node) => sum + node.sessions, 0),
        'session',
      );
  const lost = orphans === 0 ? '' : `; ${many(orphans, 'record')} of sessions whose process is gone`;
  return `${live} on ${many(names.size, 'node')}${lost}`;
};

/** Handles and tasks are only shown if there are any. */
const heldText = (sessions: readonly SeenSession[]): string => {
  const live = sessions.filter(({ presence }) => presence === 'live');
  const kinds = ['session', 'handle', 'task'] as const;
  return kinds
    .map((kind) => [kind, live.filter((one) => (one.kind ?? 'session') === kind).length] as const)
    .filter(([kind, count]) => kind === 'session' || count > 0)
    .map(([kind, count]) => many(count, kind))
    .join(', ');
};

/** A node's own count is as old as its last heartbeat; a complete listing is newer. */
const liveOn = (node: Snapshot['nodes'][number], { sessions, complete }: Snapshot): string =>
  complete
    ? heldText(sessions.filter(({ node: name, boot }) => name === node.node && boot === node.boot))
    : many(node.sessions, 'session');

const nodeLine = (node: Snapshot['nodes'][number], { loads, snapshot }: Listing, paint: Paint): string => {
  const load = loads.get(node.url);
  const parts = [
    `${paint.name(node.node)}${node.tag === undefined ? '' : ` (${node.tag})`}  ${node.url}  ${liveOn(node, snapshot)}`,
    ...(load === undefined
      ? ['cannot be reached from here']
      : [`${many(load.streams, 'open answer')}`, `${many(load.calls, 'running call')}`]),
    ...(node.draining ? [paint.risky('draining: no new sessions')] : []),
  ];
  return parts.join(', ');
};

const sessionLines = (node: string, { snapshot, now, most }: Listing, paint: Paint): string[] => {
  const own = snapshot.sessions.filter((session) => session.node === node);
  const width = Math.max(0, ...own.slice(0, most).map(({ id }) => brief(id).length));
  const more = own.length - most;
  return [
    ...own.slice(0, most).map((session) => sessionLine(session, { now, width }, paint)),
    ...(more > 0 ? [paint.faint(`  and ${more} more; --most N shows more`)] : []),
  ];
};

const STATE_WORDS = {
  live: 'live',
  'owner-restarted': 'lost: its node has restarted since',
  'owner-gone': 'lost: its node is gone',
} as const;

const sessionLine = (session: SeenSession, { now, width }: { now: number; width: number }, paint: Paint): string => {
  const { id, kind, created, client, presence } = session;
  const state = (presence === 'live' ? paint.good : paint.bad)(STATE_WORDS[presence]);
  return `  ${brief(id).padEnd(width)}  ${ageText(now - created).padStart(6)}  ${state}  ${kind === undefined ? '' : `${kind} of `}${visible(client) || paint.faint('unnamed')}`;
};

const legend = ({ sessions, complete }: Snapshot, paint: Paint): string[] => [
  ...(complete
    ? []
    : [paint.risky(`only the first ${sessions.length} sessions are listed; the counts are the nodes' own`)]),
  paint.faint(
    'age: since it was opened. The registry does not know when a session was last used, or which session has a stream.',
  ),
  ...(sessions.length > 0
    ? [paint.faint('npm run sessions -- why ID shows the history of one; the start of its id is enough.')]
    : []),
];
