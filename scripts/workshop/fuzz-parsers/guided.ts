/**
 * Keeps inputs that run new code, or run code more often than any input before, and mutates them. Coverage of many
 * inputs costs as much as that of one, so a batch runs first, and its halves only if it found something.
 */
import { seededRandom } from '../../simulate/seeded-random.ts';
import { Covered, takeCoverage } from './coverage.ts';
import { mutated } from './mutate.ts';
import type { Parser } from './parsers.ts';

export type Finding = { readonly parser: string; readonly input: string; readonly what: string };
export type Fuzzed = {
  readonly parser: string;
  readonly inputs: number;
  readonly kept: readonly string[];
  /** Characters of our code that ran. */
  readonly covered: number;
  readonly findings: readonly Finding[];
};

type Fuzzing = { readonly seed: number; readonly corpus: readonly string[]; readonly until: () => boolean };

const LEAST_BATCH = 32;
const LARGEST_BATCH = 1_024;
/** More findings of the same parser say nothing new. */
const MAX_FINDINGS = 3;
/** When the input doubles, the steps may grow by this factor, plus a constant. */
const GROWTH = 2.6;
const SMALL = 20_000;
const GROWN = 2_048;

export class Guided {
  readonly #parser: Parser;
  readonly #covered = new Covered();
  readonly #kept: string[] = [];
  readonly #findings: Finding[] = [];
  #inputs = 0;
  #batch = LEAST_BATCH;

  constructor(parser: Parser) {
    this.#parser = parser;
  }

  run({ seed, corpus, until }: Fuzzing): Fuzzed {
    const random = seededRandom(seed, 0);
    takeCoverage();
    this.#search([...this.#parser.seeds, ...corpus]);
    while (!until() && this.#findings.length < MAX_FINDINGS) this.#next(random);
    const [parser, covered] = [this.#parser.name, this.#covered.size];
    return { parser, inputs: this.#inputs, kept: this.#kept, covered, findings: this.#findings };
  }

  /** The longer nothing was new, the larger the batches. */
  #next(random: () => number): void {
    const any = (): string => this.#kept[Math.floor(random() * this.#kept.length)] ?? '';
    const before = this.#kept.length;
    this.#search(Array.from({ length: this.#batch }, () => mutated(random, any(), any())));
    this.#batch = this.#kept.length > before ? LEAST_BATCH : Math.min(LARGEST_BATCH, this.#batch * 2);
  }

  #search(texts: readonly string[]): void {
    for (const text of texts) this.#read(text);
    if (this.#covered.fresh(takeCoverage(), texts.length === 1) === 0) return;
    if (texts.length > 1) {
      const half = texts.length >> 1;
      return [texts.slice(0, half), texts.slice(half)].forEach((some) => void this.#search(some));
    }
    for (const text of texts) this.#kept.push(text);
    for (const text of texts) this.#grows(text);
  }

  #read(text: string): void {
    this.#inputs++;
    try {
      this.#parser.check(text);
    } catch (error) {
      this.#found(text, error instanceof Error ? (error.stack ?? error.message) : String(error));
    }
  }

  /** Doubling a text must about double the steps. V8 counts them, so the result does not depend on a clock. */
  #grows(text: string): void {
    if (text === '') return;
    const { around = (inner: string) => inner } = this.#parser;
    const steps = [1, 2].map((times) => {
      const grown = around(text.repeat(Math.ceil((GROWN * times) / text.length)));
      takeCoverage();
      this.#read(grown);
      return takeCoverage().steps;
    });
    const [once = 0, twice = 0] = steps;
    if (twice > SMALL && twice > once * GROWTH) this.#found(text, `repeated: ${once} steps, twice as often: ${twice}`);
  }

  #found(input: string, what: string): void {
    if (this.#findings.some((one) => one.input === input)) return;
    this.#findings.push({ parser: this.#parser.name, input, what });
  }
}
