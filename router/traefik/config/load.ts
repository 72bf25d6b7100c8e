/** Reads the configuration files from disk; pure readers parse them. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { Problem } from '../../../shared/source/place.ts';
import { MAX_FILE_BYTES } from '../../../shared/source/tree.ts';
import type { StaticConfig } from '../../core/static-model.ts';
import { type DynamicReading, readDynamic } from './dynamic/read-dynamic.ts';
import type { SourceFile } from './read-file.ts';
import { readStatic, type StaticReading } from './static/read-static.ts';

/** The texts by file name, to show the lines of problems. */
export type Sources = { readonly sources: ReadonlyMap<string, string> };
export type FileProvider = Pick<StaticConfig['fileProvider'], 'at' | 'path' | 'kind'>;

const DYNAMIC_EXTENSIONS = new Set(['.yml', '.yaml', '.toml']);
const STATIC_EXTENSIONS = new Set(['.yml', '.yaml', '.json', '.toml']);

export const loadStatic = async (path: string): Promise<StaticReading & Sources> => {
  const at = { file: path, line: 1, column: 1 };
  const read = await readText(path, { at, path: '', extensions: STATIC_EXTENSIONS });
  if ('problem' in read) return { config: undefined, problems: [read.problem], sources: new Map() };
  return { ...readStatic(read), sources: new Map([[path, read.text]]) };
};

/** Relative paths start at the working directory, as in Traefik. */
export const loadDynamic = async (provider: FileProvider): Promise<DynamicReading & Sources> => {
  const place = { at: provider.at, path: `providers.file.${provider.kind === 'file' ? 'filename' : 'directory'}` };
  const listed = provider.kind === 'file' ? [provider.path] : await listDirectory(provider.path, place);
  if ('problem' in listed) return { ...readDynamic([]), problems: [listed.problem], sources: new Map() };
  const read = await Promise.all(listed.map((path) => readText(path, { ...place, extensions: DYNAMIC_EXTENSIONS })));
  const files = read.filter((each): each is SourceFile => !('problem' in each));
  const problems = read.flatMap((each) => ('problem' in each ? [each.problem] : []));
  const reading = readDynamic(files);
  const sources = new Map(files.map(({ file, text }) => [file, text]));
  return { config: reading.config, problems: [...problems, ...reading.problems], sources };
};

/**
 * All files with a configuration extension, recursively, sorted by name. Kubernetes swaps folders named `..…` in a
 * mounted directory: their files are read through the links beside them.
 */
export const listConfigFiles = async (directory: string): Promise<string[]> => {
  const entries = await readdir(directory, { withFileTypes: true });
  const found: string[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(directory, entry.name);
    if (entry.isDirectory() && !entry.name.startsWith('..')) found.push(...(await listConfigFiles(path)));
    else if (!entry.isDirectory() && DYNAMIC_EXTENSIONS.has(extname(entry.name).toLowerCase())) found.push(path);
  }
  return found;
};

type Origin = { readonly at: Problem['place']; readonly path: string };

const listDirectory = async (path: string, origin: Origin): Promise<string[] | { problem: Problem }> => {
  try {
    return await listConfigFiles(path);
  } catch (error) {
    return { problem: unreadable(origin, path, error) };
  }
};

const readText = async (
  path: string,
  origin: Origin & { readonly extensions: ReadonlySet<string> },
): Promise<SourceFile | { problem: Problem }> => {
  const extension = extname(path).toLowerCase();
  if (!origin.extensions.has(extension)) {
    const message = `${path} is not read: its extension is ${extension === '' ? 'missing' : extension}`;
    return { problem: problem(origin, message, 'name it .yml or .yaml') };
  }
  try {
    const found = await stat(path);
    // Reading a pipe waits for somebody to write; a device may never end.
    if (!found.isFile() && !found.isDirectory())
      return { problem: problem(origin, `${path} is a pipe or a device`, 'write a file') };
    if (found.size > MAX_FILE_BYTES)
      return { problem: problem(origin, `${path} is larger than 4 MiB`, 'split it, or generate less') };
    const bytes = await readFile(path);
    return { file: path, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch (error) {
    return { problem: unreadable(origin, path, error) };
  }
};

const REASONS: Readonly<Record<string, readonly [string, string]>> = {
  ENOENT: ['does not exist', 'check the path; a relative one counts from the working directory'],
  EACCES: ['cannot be read', 'give the user of this process permission to read it'],
  EISDIR: ['is a directory', 'use providers.file.directory'],
  ENOTDIR: ['is not a directory', 'use providers.file.filename'],
  ERR_ENCODING_INVALID_ENCODED_DATA: ['is not UTF-8 text', 'save it as UTF-8'],
};

const unreadable = (origin: Origin, path: string, error: unknown): Problem => {
  const code = String((error as { code?: unknown }).code);
  const [reason, remedy] = REASONS[code] ?? [`cannot be read (${code})`, 'check the file'];
  return problem(origin, `${path} ${reason}`, remedy);
};

const problem = ({ at: place, path }: Origin, message: string, remedy: string): Problem => ({
  place,
  path,
  kind: 'invalid',
  message,
  remedy,
});
