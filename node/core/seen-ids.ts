import { createHash } from 'node:crypto';
import type { RequestId } from './json-rpc.ts';

type Range = { from: number; to: number };

/** A client with one counter needs one range; with several counters, a few. */
const MAX_RANGES = 32;
/**
 * How many other ids are kept, newest first: a proxy repeats what it has just sent. 8 bytes each, allocated on first
 * use.
 */
const MAX_OTHERS = 128;

/**
 * The request ids used in a session; none may be used twice (MCP, base protocol). Consecutive numbers take the space of
 * one; of other ids the oldest is forgotten.
 */
export class SeenIds {
  /** Most recently used first. */
  readonly #ranges: Range[] = [];
  #others: BigUint64Array | undefined;
  #next = 0;

  has(id: RequestId): boolean {
    if (typeof id === 'number') return this.#ranges.some(({ from, to }) => from <= id && id <= to);
    return this.#others?.includes(shortened(id)) ?? false;
  }

  add(id: RequestId): void {
    if (this.has(id)) return;
    if (typeof id === 'number') return this.#addNumber(id);
    this.#others ??= new BigUint64Array(MAX_OTHERS);
    this.#others[this.#next] = shortened(id);
    this.#next = (this.#next + 1) % MAX_OTHERS;
  }

  #addNumber(id: number): void {
    const grown = { from: id, to: id };
    for (const { from, to } of this.#takeOut(({ from, to }) => to + 1 === id || from - 1 === id)) {
      grown.from = Math.min(grown.from, from);
      grown.to = Math.max(grown.to, to);
    }
    this.#ranges.unshift(grown);
    if (this.#ranges.length > MAX_RANGES) this.#ranges.pop();
  }

  #takeOut(wanted: (range: Range) => boolean): readonly Range[] {
    const out = this.#ranges.filter(wanted);
    for (const range of out) this.#ranges.splice(this.#ranges.indexOf(range), 1);
    return out;
  }
}

/** Never 0, which marks an empty slot. */
const shortened = (id: string): bigint => createHash('sha256').update(id).digest().readBigUInt64LE() | 1n;
