import { matchesGlob } from './glob.ts';

type Item = { value: string; expires: number; readonly serial: number };

export type Page = { readonly cursor: number; readonly keys: readonly string[] };

/** One database: strings with an optional end of life, in milliseconds of the clock that is passed in. */
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
    // As Redis does: an end of life in the past is one that has come.
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
   * Keys after `cursor`, the serial number of the last one looked at: numbers only grow, so a key that is there from
   * the first page to the last is seen, whatever comes and goes in between.
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

  /** What nobody asks for any more must go too. */
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

/** A part of a string keeps the whole alive, here all that came in with one packet. */
const own = (text: string): string => Buffer.from(text, 'latin1').toString('latin1');
