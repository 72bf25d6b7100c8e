import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

export type Page = { readonly name: string; readonly folder: string; readonly text: string };

export const EXECUTED = [
  'README.md',
  '.github/ARCHITECTURE.md',
  '.github/DECISIONS.md',
  '.github/PRODUCTION.md',
  'scripts/doctor/TROUBLESHOOTING.md',
];

export const readPage = (name: string): Page => {
  const file = join(ROOT, name);
  return { name, folder: dirname(file), text: readFileSync(file, 'utf8') };
};

export const allPages = (): readonly Page[] =>
  ['.', '.github', 'config', 'node', 'router', 'scripts', 'shared'].flatMap((folder) =>
    markdownIn(folder).map((name) => readPage(name)),
  );

const markdownIn = (folder: string): string[] => {
  try {
    return readdirSync(join(ROOT, folder), { recursive: folder !== '.', withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.md'))
      .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).split(sep).join('/'));
  } catch {
    return [];
  }
};
