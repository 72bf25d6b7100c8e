import { mkdtemp, readdir, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { foldersOf, isProgram } from '../../../shared/find-program.ts';

/** Programs that tests use if they are installed, and skip otherwise. */
const OPTIONAL = /^(traefik|(redis|valkey)-(server|cli)|chromium(-browser)?|google-chrome|tmux|wrk|nginx)$/;

/** A folder to use as PATH: everything on ours except these programs. The caller removes it. */
export const barePath = async (path: string): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'bare-'));
  const linked = new Set<string>();
  for (const from of foldersOf(path))
    for (const name of await readdir(from).catch(() => [])) {
      if (OPTIONAL.test(name) || linked.has(name) || !isProgram(join(from, name))) continue;
      linked.add(name);
      await symlink(join(from, name), join(folder, name));
    }
  return folder;
};
