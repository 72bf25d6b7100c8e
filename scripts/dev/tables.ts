import type { SessionListing } from '../../shared/registry/session-registry.ts';
import { visible } from '../../shared/terminal-text.ts';
import { many } from '../cli/many.ts';
import type { ClusterInstance, ClusterNode } from '../cluster/cluster.ts';

/** Each server that a command has started is listed below its node. */
export const nodesText = (nodes: readonly ClusterNode[], instances: readonly ClusterInstance[] = []): string =>
  rows(nodes.flatMap((node) => [rowOf(node), ...instances.filter((each) => each.node === node.id).map(rowOf)]));

const rowOf = (one: ClusterNode | ClusterInstance): readonly string[] => {
  const { id, url, state, pid, restarts } = one;
  return [
    id,
    'draining' in one && one.draining ? `${state}, draining` : state,
    url,
    pid === undefined ? '' : `pid ${pid}`,
    restarts === 0 ? '' : `restarted ${restarts === 1 ? 'once' : `${restarts} times`}`,
  ];
};

const SHOWN = 20;

/** Ids are shortened: whoever has a whole id can use the session. */
export const sessionsText = (
  sessions: readonly SessionListing[],
  nodes: readonly ClusterNode[],
  now: number,
): string => {
  const counts = nodes.map(({ id }) => `${id}: ${sessions.filter(({ node }) => node === id).length}`).join('   ');
  const newest = [...sessions].sort((a, b) => b.created - a.created).slice(0, SHOWN);
  const table = newest.map(({ id, node, client, created, state }) => [
    node,
    `${id.slice(0, node.length + 9)}…`,
    visible(client),
    ageText(now - created),
    state === 'live' ? '' : 'lost: its process is gone',
  ]);
  const more = sessions.length > SHOWN ? `\n… and ${sessions.length - SHOWN} older ones` : '';
  return `${many(sessions.length, 'session')}   ${counts}\n${rows(table)}${more}`;
};

const ageText = (milliseconds: number): string => {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s`;
  return seconds < 3600 ? `${Math.floor(seconds / 60)} min` : `${Math.floor(seconds / 3600)} h`;
};

const rows = (table: readonly (readonly string[])[]): string => {
  const widths = (table[0] ?? []).map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  return table
    .map(
      (row) =>
        `  ${row
          .map((cell, column) => cell.padEnd(widths[column]!))
          .join('  ')
          .trimEnd()}`,
    )
    .join('\n');
};
