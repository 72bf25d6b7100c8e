/** Requests, errors and response times for each of the last seconds. */
export type Series = {
  readonly requests: readonly number[];
  readonly errors: readonly number[];
  readonly p50: readonly number[];
  readonly p95: readonly number[];
};

const SECONDS = 60;
/** More samples per second would make no visible difference in a line of 60 points. */
const SAMPLES = 512;

export class Rates {
  readonly #requests: number[] = zeros();
  readonly #errors: number[] = zeros();
  readonly #p50: number[] = zeros();
  readonly #p95: number[] = zeros();
  #second: number;
  #samples: number[] = [];
  #count = 0;
  #failed = 0;

  constructor(now: number) {
    this.#second = Math.floor(now / 1000);
  }

  /** `milliseconds` is undefined if nobody waits for the response to end, such as a stream. */
  add(now: number, { failed, milliseconds }: { failed: boolean; milliseconds: number | undefined }): void {
    this.advance(now);
    this.#count += 1;
    if (failed) this.#failed += 1;
    if (milliseconds === undefined) return;
    // In a busy second only a sample is kept; later values replace earlier ones.
    if (this.#samples.length < SAMPLES) this.#samples.push(milliseconds);
    else this.#samples[this.#count % SAMPLES] = milliseconds;
  }

  /** Closes the seconds that are over. */
  advance(now: number): void {
    const second = Math.floor(now / 1000);
    if (second <= this.#second) return;
    const sorted = this.#samples.sort((a, b) => a - b);
    this.#close(this.#count, this.#failed, { p50: at(sorted, 0.5), p95: at(sorted, 0.95) });
    for (let empty = this.#second + 1; empty < Math.min(second, this.#second + SECONDS); empty++)
      this.#close(0, 0, { p50: 0, p95: 0 });
    this.#second = second;
    this.#samples = [];
    this.#count = 0;
    this.#failed = 0;
  }

  get series(): Series {
    return { requests: this.#requests, errors: this.#errors, p50: this.#p50, p95: this.#p95 };
  }

  #close(requests: number, errors: number, { p50, p95 }: { p50: number; p95: number }): void {
    for (const [list, value] of [
      [this.#requests, requests],
      [this.#errors, errors],
      [this.#p50, p50],
      [this.#p95, p95],
    ] as const) {
      list.push(value);
      list.shift();
    }
  }
}

const zeros = (): number[] => new Array<number>(SECONDS).fill(0);

const at = (sorted: readonly number[], part: number): number =>
  Math.round((sorted[Math.floor(sorted.length * part)] ?? 0) * 100) / 100;
