import { listSources } from '../source-files.ts';

/** Folders of pure decisions, without sockets, processes or waits. */
const DECISIONS = [
  'node/core',
  'router/core',
  'router/traefik/config',
  'router/traefik/middleware',
  'shared/source',
  'shared/topology',
  'shared/traefik',
];
/** Among them, but these start programs. */
const SLOW =
  /\/parity\/|^router\/core\/service\/differential\.test|^router\/traefik\/config\/watch\.test|^shared\/traefik\/traefik(-sessions)?\.test/;

export const isQuick = (file: string): boolean =>
  DECISIONS.some((folder) => file.startsWith(`${folder}/`)) && !SLOW.test(file);

/** They take minutes, and their result depends on the code, not on the version of Node: `npm test` runs them once. */
const GROWTH = /(^|\/)linear-time\.test\.ts$/;

/** As `npm test` finds them, except those that measure growth. */
export const listTests = async (): Promise<readonly string[]> =>
  (await listSources(/\.test\.ts$/)).filter((file) => !GROWTH.test(file));
