import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path/posix';
import { transform } from 'esbuild';
import { CORES } from '../coverage/cores.ts';
import { isQuick } from '../matrix/list-tests.ts';
import { listSources, ROOT } from '../source-files.ts';

/** Our own sources as functions to run, and their dependencies, with types removed. */
export type Modules = ReadonlyMap<string, Module>;
export type Module = { readonly source: string; readonly code: string; readonly needs: readonly string[] };

/** As CommonJS, a module can be run again with another text, as often as needed. */
export const compile = async (file: string, source: string): Promise<string> => {
  const define = { 'import.meta.url': '__url' };
  const supported = { 'dynamic-import': false };
  return (
    await transform(source, { loader: 'ts', format: 'cjs', target: 'node20', sourcefile: file, define, supported })
  ).code;
};

/** The sources of the cores, their tests, and everything that these import. */
export const loadModules = async (): Promise<Modules> => {
  const modules = new Map<string, Module>();
  const load = async (file: string): Promise<void> => {
    const source = await readFile(join(ROOT, file), 'utf8');
    const code = await compile(file, source);
    const needs = [...code.matchAll(/\brequire\("(\.[^"]+)"\)/g)].map(([, to]) => join(dirname(file), to!));
    modules.set(file, { source, code, needs });
  };
  let next = (await listSources(/\.ts$/)).filter(
    (file) => isQuick(file) || (coreOf(file) && !file.endsWith('.test.ts')),
  );
  while (next.length > 0) {
    await Promise.all(next.map(load));
    const needed = [...modules.values()].flatMap(({ needs }) => needs);
    next = [...new Set(needed)].filter((file) => !modules.has(file));
  }
  return modules;
};

const coreOf = (file: string): string | undefined => CORES.find((core) => file.startsWith(core));

/** A test, or what only tests use. */
const isTest = (file: string): boolean => /\.test\.ts$|\/test-[^/]*$/.test(file);

export const sourcesOfCores = (modules: Modules): readonly string[] =>
  [...modules.keys()].filter((file) => coreOf(file) !== undefined && !isTest(file)).sort();

/** A source is tested by its own core's tests that reach it, and by tests of other folders that import it. */
export const testsOf = (modules: Modules, file: string): readonly string[] => {
  const reaching = whoReaches(modules, file);
  const holds = (test: string): boolean =>
    coreOf(test) === coreOf(file) ? reaching.has(test) : modules.get(test)!.needs.includes(file);
  return [...modules.keys()].filter((one) => one.endsWith('.test.ts') && isQuick(one) && holds(one));
};

const whoReaches = (modules: Modules, file: string): ReadonlySet<string> => {
  const reaching = new Set([file]);
  for (let size = 0; size < reaching.size; ) {
    size = reaching.size;
    for (const [one, { needs }] of modules) if (needs.some((to) => reaching.has(to))) reaching.add(one);
  }
  return reaching;
};
