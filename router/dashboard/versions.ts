/** One counter for all data of the page: anything with a higher number than the page has seen is new to it. */
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
