import { createHash } from 'node:crypto';
import type { RequestId } from './json-rpc.ts';

type Range = { from: number; to: number };

/** Clients that count have one; those that count in several places, some. */
const MOST_RANGES = 32;
/** Of other ids, the last so many: a proxy repeats what it has just sent. 8 bytes each, once there is one. */
const MOST_OTHERS = 128;

/**
 * The ids that requests of a session have had; none may have one twice (MCP, base protocol). Numbers in a row take the
 * room of one, however many they are; of anything else the oldest is forgotten.
 */
export class SeenIds {
  /** Used last, first. */
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
    this.#others ??= new BigUint64Array(MOST_OTHERS);
    this.#others[this.#next] = shortened(id);
    this.#next = (this.#next + 1) % MOST_OTHERS;
  }

  #addNumber(id: number): void {
    const grown = { from: id, to: id };
    for (const { from, to } of this.#takeOut(({ from, to }) => to + 1 === id || from - 1 === id)) {
      grown.from = Math.min(grown.from, from);
      grown.to = Math.max(grown.to, to);
    }
    this.#ranges.unshift(grown);
    if (this.#ranges.length > MOST_RANGES) this.#ranges.pop();
  }

  #takeOut(wanted: (range: Range) => boolean): readonly Range[] {
    const out = this.#ranges.filter(wanted);
    for (const range of out) this.#ranges.splice(this.#ranges.indexOf(range), 1);
    return out;
  }
}

/** Never 0, which an empty place is. */
const shortened = (id: string): bigint => createHash('sha256').update(id).digest().readBigUInt64LE() | 1n;
