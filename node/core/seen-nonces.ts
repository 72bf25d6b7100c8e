/** About 10 MB, and more marks than one process serves in four seconds. */
const MAX_NONCES = 65_536;

/** The marks that could still be replayed. When there are too many, new ones are refused, and none is forgotten. */
export class SeenNonces {
  readonly #livesMs: number;
  #now = new Set<string>();
  #before = new Set<string>();
  #since = Number.NEGATIVE_INFINITY;

  constructor(livesMs: number) {
    this.#livesMs = livesMs;
  }

  take(nonce: string, now: number): 'fresh' | 'repeated' | 'too-many' {
    this.#age(now);
    if (this.#now.has(nonce) || this.#before.has(nonce)) return 'repeated';
    if (this.#now.size >= MAX_NONCES) return 'too-many';
    this.#now.add(nonce);
    return 'fresh';
  }

  #age(now: number): void {
    const age = now - this.#since;
    if (age < this.#livesMs) return;
    this.#before = age < 2 * this.#livesMs ? this.#now : new Set();
    this.#now = new Set();
    this.#since = now;
  }
}
