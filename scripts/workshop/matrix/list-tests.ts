import { listSources } from '../source-files.ts';

/** Folders of decisions: no socket, no process, no waiting. */
const DECISIONS = [
  'node/core',
  'router/core',
  'router/traefik/config',
  'router/traefik/middleware',
  'shared/source',
  'shared/topology',
  'shared/traefik',
];
/** Among them, but with programs of their own to start. */
const SLOW = /\/parity\/|^shared\/traefik\/traefik\.test|^router\/traefik\/config\/watch\.test/;

export const isQuick = (file: string): boolean =>
  DECISIONS.some((folder) => file.startsWith(`${folder}/`)) && !SLOW.test(file);

/** Minutes of work whose result depends on the code, not on the version of Node: `npm test` runs them once. */
const GROWTH = /(^|\/)linear-time\.test\.ts$/;

/** As `npm test` finds them, but for those that measure growth. */
export const listTests = async (): Promise<readonly string[]> =>
  (await listSources(/\.test\.ts$/)).filter((file) => !GROWTH.test(file));
