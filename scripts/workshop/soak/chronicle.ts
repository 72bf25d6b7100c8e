/** Events in order, and violations. It reads no clock and does no I/O. */

export type Broken = {
  readonly at: number;
  readonly invariant: string;
  readonly what: string;
  /** The events before it, newest last. */
  readonly history: readonly string[];
};

const KEPT = 400;
const SHOWN = 60;
/** Shorter pauses cause no timeouts: no health check, settle time or wait of a soak is this short. */
const STANDS_STILL_MS = 1000;

export class Chronicle {
  readonly broken: Broken[] = [];
  /** Timeouts while the machine stood still. */
  readonly excused: Broken[] = [];
  readonly #history: string[] = [];
  readonly #stoodStillMs: () => number;
  protected readonly now: () => number;

  /** `stoodStillMs`: the longest pause since the round began. */
  constructor(now: () => number, stoodStillMs: () => number = () => 0) {
    this.now = now;
    this.#stoodStillMs = stoodStillMs;
  }

  note(text: string): void {
    this.#history.push(`${(this.now() / 1000).toFixed(2).padStart(8)} s  ${text}`);
    if (this.#history.length > KEPT) this.#history.shift();
  }

  breaks(invariant: string, what: string): void {
    this.#keep(this.broken, invariant, what);
  }

  /** Something took too long. false: the machine stood still, so it is not our fault. */
  late(invariant: string, what: string): boolean {
    const ms = Math.round(this.#stoodStillMs());
    const counts = ms < STANDS_STILL_MS;
    if (counts) this.breaks(invariant, what);
    else this.#keep(this.excused, invariant, `${what}; the machine stood still for ${ms} ms`);
    return counts;
  }

  #keep(list: Broken[], invariant: string, what: string): void {
    this.note(`!! ${invariant}: ${what}`);
    list.push({ at: this.now(), invariant, what, history: this.#history.slice(-SHOWN) });
  }
}
