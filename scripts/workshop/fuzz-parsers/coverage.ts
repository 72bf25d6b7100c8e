/** Which blocks of our code an input runs, and how often. V8 counts both, with the same result on every machine. */
import { type Profiler, Session } from 'node:inspector';

export type Ran = {
  readonly functions: readonly { readonly script: string; readonly ranges: readonly Profiler.CoverageRange[] }[];
  /** How many times blocks ran, in total. */
  readonly steps: number;
};

const ROOT = new URL('../../../', import.meta.url).href;
const NOT_READ = /\/node_modules\/|\/fuzz-parsers\/(?!test-)/;

// From the start: code that V8 compiled before this is counted by function, not by block.
const session = new Session();
session.connect();
session.post('Profiler.enable');
session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });

/** The coverage of our own files since the last call. */
export const takeCoverage = (): Ran => {
  let scripts: readonly Profiler.ScriptCoverage[] = [];
  session.post('Profiler.takePreciseCoverage', (error, taken) => {
    if (error !== null) throw error;
    scripts = taken.result;
  });
  const functions = scripts
    .filter(({ url }) => url.startsWith(ROOT) && !NOT_READ.test(url))
    .flatMap(({ scriptId, functions }) => functions.map(({ ranges }) => ({ script: scriptId, ranges })));
  const steps = functions.flatMap(({ ranges }) => ranges).reduce((sum, { count }) => sum + count, 0);
  return { functions, steps };
};

/** All blocks of our code that have run, by script. */
export class Covered {
  readonly #scripts = new Map<string, Uint8Array>();
  /** Characters of code. */
  size = 0;

  /** How many blocks are new. `keep`: they are known from now on. */
  fresh({ functions }: Ran, keep: boolean): number {
    let fresh = 0;
    for (const { script, ranges } of functions) {
      const [whole] = ranges;
      if (whole === undefined || whole.count === 0) continue;
      const known = this.#upTo(script, whole.endOffset);
      const ran = new Uint8Array(whole.endOffset - whole.startOffset);
      // An inner range comes after its outer one.
      for (const { startOffset, endOffset, count } of ranges)
        ran.fill(count > 0 ? 1 : 0, startOffset - whole.startOffset, endOffset - whole.startOffset);
      for (let i = 0; i < ran.length; i++) {
        const at = whole.startOffset + i;
        if (ran[i] === 0 || known[at] === 1) continue;
        fresh++;
        if (keep) known[at] = 1;
      }
    }
    if (keep) this.size += fresh;
    return fresh;
  }

  #upTo(script: string, end: number): Uint8Array {
    const known = this.#scripts.get(script) ?? new Uint8Array();
    if (known.length >= end) return known;
    const longer = new Uint8Array(end * 2);
    longer.set(known);
    this.#scripts.set(script, longer);
    return longer;
  }
}
