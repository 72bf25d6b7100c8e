/** One counter for everything that a page is told: what has a higher number than the page has seen is news to it. */
export class Versions {
  #last = 0;

  get last(): number {
    return this.#last;
  }

  next(): number {
    this.#last += 1;
    return this.#last;
  }
}
