const PER_SECOND = 20;

/** Passes a limited number of lines per second and counts the rest: a terminal that scrolls too fast is unreadable. */
export class LineLimit {
  #second = 0;
  #passed = 0;
  #held = 0;

  /** Undefined: drop this line. Otherwise: how many were dropped before it. */
  pass(now: number): { readonly held: number } | undefined {
    const second = Math.floor(now / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#passed = 0;
    }
    if (this.#passed >= PER_SECOND) {
      this.#held += 1;
      return undefined;
    }
    this.#passed += 1;
    const held = this.#held;
    this.#held = 0;
    return { held };
  }
}
