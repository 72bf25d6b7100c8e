/** Brings files to their new text: one rename each, and none if nothing changed. */
import type { Stats } from 'node:fs';
import { chmod, chown, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createTwoFilesPatch, diffLines } from 'diff';

export type WantedFile = { readonly path: string; readonly text: string };
export type FileChange = WantedFile & {
  readonly change: 'none' | 'new' | 'changed';
  /** The file's current text. */
  readonly before: string | undefined;
  readonly added: number;
  readonly removed: number;
  /** In the format of `diff -u`; empty if nothing changed. */
  readonly patch: string;
};

export const compareFiles = async (folder: string, files: readonly WantedFile[]): Promise<readonly FileChange[]> =>
  Promise.all(files.map(({ path, text }) => compare({ path: join(folder, path), text })));

const compare = async ({ path, text }: WantedFile): Promise<FileChange> => {
  const now = await readIfThere(path);
  if (now === text) return { path, text, change: 'none', before: now, added: 0, removed: 0, patch: '' };
  const parts = diffLines(now ?? '', text);
  const count = (of: 'added' | 'removed'): number =>
    parts.reduce((sum, part) => sum + (part[of] ? (part.count ?? 0) : 0), 0);
  return {
    path,
    text,
    change: now === undefined ? 'new' : 'changed',
    before: now,
    added: count('added'),
    removed: count('removed'),
    patch: createTwoFilesPatch(path, path, now ?? '', text, 'as it is', 'as generated'),
  };
};

const readIfThere = async (path: string): Promise<string | undefined> => {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
};

/** Throws with the reason if one cannot be written. */
export const writeFiles = async (changes: readonly FileChange[]): Promise<string | undefined> => {
  for (const { path, text, change } of changes) {
    if (change === 'none') continue;
    try {
      await replaceFile(path, text);
    } catch (error) {
      return `${path} cannot be written: ${(error as Error).message}`;
    }
  }
  return undefined;
};

/** Written beside and renamed: half a file would remove Traefik's routes. Owner and mode stay. */
export const replaceFile = async (path: string, text: string): Promise<void> => {
  await mkdir(dirname(path), { recursive: true });
  // Another extension, so that no folder watcher takes it for a configuration.
  const beside = `${path}.${process.pid}.new`;
  try {
    const before = await stat(path).catch(() => undefined);
    await writeFile(beside, text, before && { mode: before.mode & 0o777 });
    if (before !== undefined) await keepOwner(beside, before);
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
};

/** Only root may change the owner; the mode comes last, because changing the owner resets it. */
const keepOwner = async (path: string, { uid, gid, mode }: Stats): Promise<void> => {
  await chown(path, uid, gid).catch(() => undefined);
  await chmod(path, mode & 0o777);
};
