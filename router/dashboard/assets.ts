import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Key } from './key.ts';

const PAGE = fileURLToPath(new URL('./page/', import.meta.url));
const require = createRequire(import.meta.url);

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** The browser's libraries, as their packages ship them. */
const VENDOR: Readonly<Record<string, () => string>> = {
  'preact.js': () => require.resolve('preact'),
  'hooks.js': () => join(dirname(require.resolve('preact')), '../hooks/dist/hooks.mjs'),
  'htm.js': () => join(dirname(require.resolve('htm')), 'htm.mjs'),
};

/** The files in the folder, except the page itself, which has placeholders to fill. */
export const PAGE_FILES: readonly string[] = readdirSync(PAGE).filter((file) => file !== 'index.html');

export type Asset = { readonly type: string; readonly body: string };

/** A file of the page; undefined when there is none of that name. Names are looked up, never joined to a path. */
export const loadAsset = async (name: string): Promise<Asset | undefined> => {
  const type = TYPES[name.slice(name.lastIndexOf('.'))] ?? 'text/plain';
  const vendor = Object.hasOwn(VENDOR, name) ? VENDOR[name] : undefined;
  if (vendor !== undefined) return { type, body: forBrowsers(await readFile(vendor(), 'utf8')) };
  if (!PAGE_FILES.includes(name)) return undefined;
  return { type, body: await readFile(join(PAGE, name), 'utf8') };
};

export const VENDOR_FILES: readonly string[] = Object.keys(VENDOR);

export const loadPage = async ({ base, token }: Pick<Key, 'base' | 'token'>): Promise<Asset> => ({
  type: TYPES['.html']!,
  body: (await readFile(join(PAGE, 'index.html'), 'utf8')).replace('{{token}}', token).replaceAll('{{base}}', base),
});

/**
 * Browsers cannot resolve package names, and an import map would have to be inline, which the page's policy forbids.
 */
const forBrowsers = (source: string): string =>
  source.replace(/from\s*"(preact|htm)"/g, 'from"./$1.js"').replace(/\n?\/\/# sourceMappingURL=.*/, '');
