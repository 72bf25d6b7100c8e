export type QueueLimits = { readonly maxItems: number; readonly maxBytes: number };

/** First in, first out, with a bound on number and size. */
export class BoundedQueue<Item> implements Iterable<Item> {
  readonly #limits: QueueLimits;
  readonly #sizeOf: (item: Item) => number;
  #items: Item[] = [];
  #bytes = 0;

  constructor(limits: QueueLimits, sizeOf: (item: Item) => number) {
    this.#limits = limits;
    this.#sizeOf = sizeOf;
  }

  /** What had to go for it, the oldest first; the item itself when it is larger than all that may be kept. */
  push(item: Item): readonly Item[] {
    const { maxItems, maxBytes } = this.#limits;
    const size = this.#sizeOf(item);
    if (size > maxBytes) return [item];
    this.#items.push(item);
    this.#bytes += size;
    let drop = 0;
    while (this.#items.length - drop > maxItems || this.#bytes > maxBytes)
      this.#bytes -= this.#sizeOf(this.#items[drop++] as Item);
    return this.#items.splice(0, drop);
  }

  [Symbol.iterator](): Iterator<Item> {
    return this.#items[Symbol.iterator]();
  }
}
