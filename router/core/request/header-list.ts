/**
 * Headers as sent: in order, with repeats, names in lower case (HTTP/2 requires it, HTTP/1.1 ignores case).
 * Flat pairs, because node:http and undici both use that form: nothing is copied on the way through.
 */
export class HeaderList {
  readonly flat: string[];

  constructor(flat: string[] = []) {
    this.flat = flat;
  }

  static from(entries: Iterable<readonly [string, string]>): HeaderList {
    const list = new HeaderList();
    for (const [name, value] of entries) list.add(name, value);
    return list;
  }

  /** The first value. `name` must be in lower case, here and below. */
  get(name: string): string | undefined {
    const { flat } = this;
    for (let i = 0; i < flat.length; i += 2) if (flat[i] === name) return flat[i + 1];
    return undefined;
  }

  all(name: string): string[] {
    const { flat } = this;
    const values: string[] = [];
    for (let i = 0; i < flat.length; i += 2) if (flat[i] === name) values.push(flat[i + 1]!);
    return values;
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  add(name: string, value: string): void {
    this.flat.push(name.toLowerCase(), value);
  }

  /** Replaces every value of the name by this one. */
  set(name: string, value: string): void {
    this.delete(name.toLowerCase());
    this.add(name, value);
  }

  delete(name: string): void {
    this.#drop((one) => one === name);
  }

  /** In one pass: a client that may list names may list many. */
  deleteAll(names: ReadonlySet<string>): void {
    this.#drop((one) => names.has(one));
  }

  #drop(isGone: (name: string) => boolean): void {
    const { flat } = this;
    let kept = 0;
    for (let i = 0; i < flat.length; i += 2) {
      if (isGone(flat[i]!)) continue;
      flat[kept] = flat[i]!;
      flat[kept + 1] = flat[i + 1]!;
      kept += 2;
    }
    flat.length = kept;
  }

  clone(): HeaderList {
    return new HeaderList(this.flat.slice());
  }

  *[Symbol.iterator](): Generator<[string, string]> {
    for (let i = 0; i < this.flat.length; i += 2) yield [this.flat[i]!, this.flat[i + 1]!];
  }
}
