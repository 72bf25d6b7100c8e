/**
 * Inputs that run code, or run it more often, than any before are kept, and lead to the next ones. Coverage of many
 * inputs costs as much as that of one, so a batch runs first, and its halves if it was worth it.
 */
import { chance } from '../../simulate/chance.ts';
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
/** Once one was found, more of the same say no more. */
const MOST_FINDINGS = 3;
/** Twice the input may take this often as many steps, and so many more whatever its size. */
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
    const random = chance(seed, 0);
    takeCoverage();
    this.#search([...this.#parser.seeds, ...corpus]);
    while (!until() && this.#findings.length < MOST_FINDINGS) this.#next(random);
    const [parser, covered] = [this.#parser.name, this.#covered.size];
    return { parser, inputs: this.#inputs, kept: this.#kept, covered, findings: this.#findings };
  }

  /** The longer nothing was new, the more at once. */
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

  /** Twice as much of a text takes about twice the steps: V8 has counted them, and no clock is asked. */
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
