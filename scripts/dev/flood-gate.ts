const PER_SECOND = 20;

/** Lets so many lines a second through and counts the rest: a terminal that scrolls by tells nothing. */
export class FloodGate {
  #second = 0;
  #passed = 0;
  #held = 0;

  /** Undefined: not this one. Else how many were held back before it. */
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
