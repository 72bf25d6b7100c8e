import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Files with such a name in all four programs, by their paths from the root. */
export const listSources = async (name: RegExp): Promise<readonly string[]> => {
  const found = ['router', 'node', 'shared', 'scripts'].map(async (folder) =>
    (await readdir(join(ROOT, folder), { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile() && name.test(entry.name))
      .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).split(sep).join('/')),
  );
  return (await Promise.all(found)).flat().sort();
};
