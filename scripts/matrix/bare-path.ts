import { accessSync, constants } from 'node:fs';
import { mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** What the tests use where it is installed, and skip where it is not. */
const OPTIONAL = /^(traefik|(redis|valkey)-(server|cli)|chromium(-browser)?|google-chrome|tmux|wrk|nginx)$/;

export type BarePath = { readonly path: string; remove(): Promise<void> };

/** A PATH with all that this one has, but for those. */
export const barePath = async (path: string): Promise<BarePath> => {
  const folder = await mkdtemp(join(tmpdir(), 'bare-'));
  const linked = new Set<string>();
  for (const from of path.split(delimiter))
    for (const name of await readdir(from).catch(() => [])) {
      if (OPTIONAL.test(name) || linked.has(name) || !isProgram(join(from, name))) continue;
      linked.add(name);
      await symlink(join(from, name), join(folder, name));
    }
  return { path: folder, remove: () => rm(folder, { recursive: true, force: true }) };
};

const isProgram = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};
