/** A map of the most recently used entries: a log may be larger than memory. */
export class BoundedMap<Key, Value> {
  readonly #room: number;
  readonly #entries = new Map<Key, Value>();
  /** How many were evicted. */
  dropped = 0;

  constructor(room: number) {
    this.#room = room;
  }

  /** The value of the key, created if there is none; it becomes the most recently used. */
  use(key: Key, make: () => Value): Value {
    const value = this.#entries.get(key) ?? make();
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size > this.#room) this.#dropOldest();
    return value;
  }

  get size(): number {
    return this.#entries.size;
  }

  values(): readonly Value[] {
    return [...this.#entries.values()];
  }

  entries(): readonly (readonly [Key, Value])[] {
    return [...this.#entries];
  }

  #dropOldest(): void {
    const [oldest] = this.#entries.keys();
    this.#entries.delete(oldest!);
    this.dropped += 1;
  }
}
