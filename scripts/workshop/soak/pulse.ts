import { monitorEventLoopDelay } from 'node:perf_hooks';

/** Measures the longest time that this process, and so its machine, stood still. */
export class Pulse {
  readonly #delays = monitorEventLoopDelay({ resolution: 20 });
  #longestMs = 0;

  constructor() {
    this.#delays.enable();
  }

  /** Since the round began. */
  readonly stoodStillMs = (): number => this.#delays.max / 1e6;

  /** Of all rounds. */
  longestMs(): number {
    return Math.max(this.#longestMs, this.stoodStillMs());
  }

  roundBegins(): void {
    this.#longestMs = this.longestMs();
    this.#delays.reset();
  }

  stop(): void {
    this.#delays.disable();
  }
}
