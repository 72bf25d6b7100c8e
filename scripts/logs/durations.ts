/** Durations of many streams in little memory: counted in steps of 5 %. */
export class Durations {
  readonly #steps = new Map<number, number>();
  count = 0;
  longest = 0;

  add(seconds: number): void {
    this.count += 1;
    this.longest = Math.max(this.longest, seconds);
    const step = Math.round(Math.log(Math.max(seconds, SHORTEST)) / STEP);
    this.#steps.set(step, (this.#steps.get(step) ?? 0) + 1);
  }

  /** The quantile of the durations; `part` from 0 to 1. */
  quantile(part: number): number {
    let left = Math.max(1, Math.ceil(this.count * part));
    for (const [step, count] of this.#sorted()) {
      left -= count;
      if (left <= 0) return Math.min(lengthOf(step), this.longest);
    }
    return 0;
  }

  /** The duration at which most of them ended, if many have the same: probably a timeout. */
  common(): { readonly seconds: number; readonly count: number } | undefined {
    const [step, count] = [...this.#steps].sort(([, a], [, b]) => b - a)[0] ?? [0, 0];
    const around = count + (this.#steps.get(step - 1) ?? 0) + (this.#steps.get(step + 1) ?? 0);
    const seconds = lengthOf(step);
    return around >= FEWEST && around > this.count / 2 && seconds >= SHORTEST_TIMEOUT
      ? { seconds, count: around }
      : undefined;
  }

  #sorted(): (readonly [number, number])[] {
    return [...this.#steps].sort(([a], [b]) => a - b);
  }
}

const STEP = Math.log(1.05);
const SHORTEST = 0.001;
/** Fewer may have ended together by chance. */
const FEWEST = 5;
const SHORTEST_TIMEOUT = 5;

const lengthOf = (step: number): number => Math.exp(step * STEP);
