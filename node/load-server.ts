import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { nearest } from '../shared/source/nearest.ts';
import type { Authenticate } from './http/identify.ts';
import type { AskRoutes } from './http/server.ts';
import type { CreateServer } from './mcp/open-session.ts';

/** The user's module cannot be used; the message says what is wrong and where. */
class ServerModuleError extends Error {
  readonly code = 'SERVER_MODULE';
}

const TYPESCRIPT = /\.[cm]?tsx?$/;

type Exports = Readonly<Record<string, unknown>>;

/** What a user's module provides to a node. */
export type TeamModule = {
  readonly createServer: CreateServer;
  readonly authenticate?: Authenticate;
  readonly ownRoutes?: AskRoutes;
};

export const loadServer = async (file: string): Promise<TeamModule> => {
  await checkServerFile(file);
  if (TYPESCRIPT.test(file)) await understandTypeScript();
  const module = (await import(pathToFileURL(resolve(file)).href).catch(async (error) => {
    throw new ServerModuleError(`${file} cannot be loaded\n${await describe(error, file)}`);
  })) as Exports & { readonly default?: Exports };
  // Without "type": "module" in its package.json it is CommonJS, and its exports arrive as one value.
  const exported: Exports = { ...module.default, ...module };
  const { createServer, authenticate, routes } = exported;
  if (typeof createServer !== 'function')
    throw new ServerModuleError(noFactory(file, createServer, Object.keys(exported)));
  return {
    createServer: createServer as CreateServer,
    ...(isFunction(file, { authenticate }) && { authenticate: authenticate as Authenticate }),
    ...(isFunction(file, { routes }) && { ownRoutes: routes as AskRoutes }),
  };
};

/** It may be missing. Any other value would be an authenticator that lets everyone in. */
const isFunction = (file: string, given: Exports): boolean => {
  const [[name, value] = []] = Object.entries(given);
  if (value === undefined || typeof value === 'function') return value !== undefined;
  throw new ServerModuleError(`${name} of ${file} is not a function`);
};

/** Also for a parent that starts several nodes, so that the message appears once and not once per node. */
export const checkServerFile = async (file: string): Promise<void> => {
  const found = await stat(file).catch((error: NodeJS.ErrnoException) => {
    const what = error.code === 'ENOENT' ? `there is no file ${file}` : `${file} cannot be read (${error.code})`;
    throw new ServerModuleError(`${what}; --server takes a module that exports createServer`);
  });
  if (found.isDirectory())
    throw new ServerModuleError(`${file} is a directory; --server takes the module in it that exports createServer`);
};

const noFactory = (file: string, given: unknown, names: readonly string[]): string => {
  if (given !== undefined) return `createServer of ${file} is not a function`;
  const near = nearest('createServer', names);
  return `${file} does not export a function createServer${near === undefined ? '' : `; it exports ${near}`}`;
};

/** tsx is already loaded if this file itself is TypeScript. */
const understandTypeScript = async (): Promise<void> => {
  if (import.meta.url.endsWith('.ts')) return;
  const [modules, required] = await Promise.all([import('tsx/esm/api'), import('tsx/cjs/api')]);
  modules.register();
  required.register();
};

/** Stack frames of module loaders: the place that the user can fix is above them. */
const LOADER = /^\s+at .*(\bnode:|[\\/]node_modules[\\/](tsx|esbuild)[\\/])/;

const describe = async (error: unknown, file: string): Promise<string> => {
  if (!(error instanceof Error) || error.stack === undefined) return String(error);
  const lines = error.stack.split('\n');
  const ours = lines.findIndex((line) => /^\s+at .*\bloadServer\b/.test(line));
  const kept = lines.slice(0, ours < 0 ? undefined : ours).filter((line) => !LOADER.test(line));
  const bare = error instanceof SyntaxError && kept.length === 1 && !TYPESCRIPT.test(file);
  return (bare && (await placeOfSyntaxError(file))) || kept.join('\n').trimEnd();
};

/** Node shows the position of a syntax error only when it runs or checks the file itself. */
const placeOfSyntaxError = (file: string): Promise<string> =>
  new Promise((done) => {
    execFile(process.execPath, ['--check', file], (_, __, stderr) => done(stderr.split(/\n[ \t]+at /)[0]!.trimEnd()));
  });
