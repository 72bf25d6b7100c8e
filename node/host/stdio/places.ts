import { setTimeout as wait } from 'node:timers/promises';

export type Place = { leave(): void };

/** A limited number at a time; the others wait in order, with a time limit. */
export class Places {
  readonly #most: number;
  readonly #patienceMs: number;
  readonly #queue: (() => void)[] = [];
  #taken = 0;

  constructor(most: number, patienceMs: number) {
    this.#most = most;
    this.#patienceMs = patienceMs;
  }

  async take(): Promise<Place | undefined> {
    if (this.#taken < this.#most) return this.#place();
    let called = (): void => undefined;
    const turn = new Promise<Place>((resolve) => {
      called = () => resolve(this.#place());
    });
    this.#queue.push(called);
    const late = new AbortController();
    const given = wait(this.#patienceMs, undefined, { signal: late.signal, ref: false }).catch(() => undefined);
    const place = await Promise.race([turn, given]);
    late.abort();
    if (place) return place;
    // It may have got its place at this very moment.
    const at = this.#queue.indexOf(called);
    if (at < 0) return turn;
    this.#queue.splice(at, 1);
    return undefined;
  }

  #place(): Place {
    this.#taken++;
    let left = false;
    return {
      leave: () => {
        if (left) return;
        left = true;
        this.#taken--;
        this.#queue.shift()?.();
      },
    };
  }
}
