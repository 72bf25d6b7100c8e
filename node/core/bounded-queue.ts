export type QueueLimits = { readonly maxItems: number; readonly maxBytes: number };

/** A FIFO queue with a limit on number and size. */
export class BoundedQueue<Item> implements Iterable<Item> {
  readonly #limits: QueueLimits;
  readonly #sizeOf: (item: Item) => number;
  #items: Item[] = [];
  #bytes = 0;

  constructor(limits: QueueLimits, sizeOf: (item: Item) => number) {
    this.#limits = limits;
    this.#sizeOf = sizeOf;
  }

  /** Returns the items that were evicted for it, oldest first; the item itself if it alone exceeds the limit. */
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
