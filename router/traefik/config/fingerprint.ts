/** Detects changes of the configuration files: cheaply by their stamps, reliably by their content. */
import { createHash } from 'node:crypto';
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type FileProvider, listConfigFiles } from './load.ts';

const MISSING = 'missing';

/** Inode, size and times of every file. Links are followed, so a swapped link has another inode. */
export const stampOf = async (provider: FileProvider): Promise<string> => {
  const stamps = (await filesOf(provider)).map(async (file) => {
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(file, { bigint: true });
    return [file, dev, ino, size, mtimeNs, ctimeNs].join(' ');
  });
  return (await Promise.all(stamps.map((each) => each.catch(() => MISSING)))).join('\n');
};

export const contentOf = async (provider: FileProvider): Promise<string> => {
  const hash = createHash('sha256');
  for (const file of await filesOf(provider)) {
    const content = await readFile(file).catch(() => MISSING);
    hash.update(`${file}\n${content.length}\n`).update(content);
  }
  return hash.digest('hex');
};

/** The directories to watch, with their inodes: a directory that was replaced has another one. */
export const directoriesOf = async (provider: FileProvider): Promise<ReadonlyMap<string, string>> => {
  const files = await filesOf(provider);
  const targets = await Promise.all(files.map((file) => realpath(file).catch(() => file)));
  const inside = provider.kind === 'directory' ? await foldersIn(provider.path) : [];
  const found = new Map<string, string>();
  for (const directory of new Set([...inside, ...[...files, ...targets].map((file) => dirname(file))])) {
    const status = await stat(directory).catch(() => undefined);
    if (status !== undefined) found.set(`${directory} ${status.dev} ${status.ino}`, directory);
  }
  return found;
};

const filesOf = async (provider: FileProvider): Promise<readonly string[]> =>
  provider.kind === 'file' ? [provider.path] : listConfigFiles(provider.path).catch(() => []);

const foldersIn = async (directory: string): Promise<string[]> => {
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
  const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => join(directory, entry.name));
  return [directory, ...(await Promise.all(folders.map(foldersIn))).flat()];
};
