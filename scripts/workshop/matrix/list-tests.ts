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

/** As `npm test` finds them. */
export const listTests = (): Promise<readonly string[]> => listSources(/\.test\.ts$/);
