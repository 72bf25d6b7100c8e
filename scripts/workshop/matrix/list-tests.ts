import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

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
export const listTests = async (): Promise<readonly string[]> => {
  const found = ['router', 'node', 'shared', 'scripts'].map(async (folder) =>
    (await readdir(join(ROOT, folder), { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile() && entry.name.endsWith('.test.ts'))
      .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).split(sep).join('/')),
  );
  return (await Promise.all(found)).flat().sort();
};
