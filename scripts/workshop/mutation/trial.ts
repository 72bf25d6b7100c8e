import { createRequire } from 'node:module';
import { dirname, join } from 'node:path/posix';
import { pathToFileURL } from 'node:url';
import { compileFunction } from 'node:vm';
import { registerTests, type Test } from './registered-tests.ts';

/** Our own modules by file, one of them replaced. */
export type Trial = {
  readonly tests: readonly string[];
  readonly mutant?: { readonly file: string; readonly code: string };
  /** How many milliseconds each test took before: quick ones run first. */
  readonly took: ReadonlyMap<string, number>;
};
export type Outcome =
  | { readonly kind: 'passed'; readonly took: ReadonlyMap<string, number> }
  | { readonly kind: 'failed'; readonly why: string }
  | { readonly kind: 'endless' };

export type TrialParts = { readonly root: string; readonly code: ReadonlyMap<string, string> };

type Run = (module: { exports: unknown }, exports: unknown, require: (name: string) => unknown, url: string) => void;

const compileCode = (file: string, code: string): Run =>
  compileFunction(code, ['module', 'exports', 'require', '__url'], { filename: file }) as Run;

/** Tries mutants one after another. Each gets new instances of all our modules; packages stay. */
export const createTrials = ({ root, code }: TrialParts) => {
  const compiled = new Map<string, Run>();
  const runOf = (file: string): Run => {
    const run = compiled.get(file) ?? compileCode(file, code.get(file)!);
    compiled.set(file, run);
    return run;
  };
  return async ({ tests, mutant, took }: Trial): Promise<Outcome> => {
    const now = new Map<string, number>();
    try {
      const changed = (file: string): Run => (file === mutant?.file ? compileCode(file, mutant.code) : runOf(file));
      const found = load(tests, root, changed);
      found.sort((a, b) => (took.get(a.name) ?? 0) - (took.get(b.name) ?? 0));
      for (const { name, run } of found) {
        const start = performance.now();
        await run().catch((error: unknown) => {
          throw new Error(`${name}: ${error}`);
        });
        now.set(name, performance.now() - start);
      }
      return { kind: 'passed', took: now };
    } catch (error) {
      return { kind: 'failed', why: String(error) };
    }
  };
};

/** Runs these test files, and returns the tests that they registered. */
const load = (files: readonly string[], root: string, runOf: (file: string) => Run): Test[] => {
  const { test, tests } = registerTests();
  const loaded = new Map<string, { exports: unknown }>();
  const own = (file: string): unknown => {
    const known = loaded.get(file);
    if (known) return known.exports;
    const module = { exports: {} };
    loaded.set(file, module);
    const url = pathToFileURL(join(root, file)).href;
    const native = createRequire(url);
    const require = (name: string): unknown => {
      if (name === 'node:test') return test;
      return name.startsWith('.') ? own(join(dirname(file), name)) : native(name);
    };
    runOf(file)(module, module.exports, require, url);
    return module.exports;
  };
  for (const file of files) own(file);
  return tests;
};
