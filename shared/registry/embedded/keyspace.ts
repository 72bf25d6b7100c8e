import { matchesGlob } from './glob.ts';

type Item = { value: string; expires: number; readonly serial: number };

export type Page = { readonly cursor: number; readonly keys: readonly string[] };

/** One database: strings with an optional expiry, in milliseconds of the given clock. */
export class Keyspace {
  readonly #now: () => number;
  readonly #items = new Map<string, Item>();
  #serial = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  get(key: string): string | null {
    return this.#find(key)?.value ?? null;
  }

  /** `expires` is a point in time, Infinity for never. */
  set(key: string, value: string, expires: number): void {
    const item = this.#find(key);
    if (item) Object.assign(item, { value: own(value), expires });
    else this.#items.set(own(key), { value: own(value), expires, serial: ++this.#serial });
    // As in Redis: a key whose expiry is in the past is deleted.
    this.#find(key);
  }

  delete(key: string): boolean {
    const found = this.#find(key) !== undefined;
    this.#items.delete(key);
    return found;
  }

  /** When the key ends; Infinity for never, undefined when there is no key. */
  expires(key: string): number | undefined {
    return this.#find(key)?.expires;
  }

  expire(key: string, expires: number): void {
    const item = this.#find(key);
    if (item) item.expires = expires;
    this.#find(key);
  }

  size(): number {
    this.sweep();
    return this.#items.size;
  }

  clear(): void {
    this.#items.clear();
  }

  /**
   * Keys after `cursor`, the serial number of the last one looked at: numbers only grow, so a key that exists during
   * the whole scan is seen, whatever else is added or deleted.
   */
  page(options: { readonly cursor: number; readonly count: number; readonly pattern: string | undefined }): Page {
    const keys: string[] = [];
    let looked = 0;
    for (const [key, { serial }] of this.#items) {
      if (serial <= options.cursor) continue;
      if (looked++ >= options.count) return { cursor: serial - 1, keys };
      if (this.#find(key) && (options.pattern === undefined || matchesGlob(options.pattern, key))) keys.push(key);
    }
    return { cursor: 0, keys };
  }

  /** Keys that nobody reads any more must expire too. */
  sweep(): void {
    for (const key of this.#items.keys()) this.#find(key);
  }

  #find(key: string): Item | undefined {
    const item = this.#items.get(key);
    if (!item || item.expires > this.#now()) return item;
    this.#items.delete(key);
    return undefined;
  }
}

/** A substring keeps the whole string in memory, here everything that arrived in one packet. */
const own = (text: string): string => Buffer.from(text, 'latin1').toString('latin1');
