import type { Versions } from './versions.ts';

export type TimelineKind = 'up' | 'down' | 'drain' | 'reload' | 'lost' | 'back' | 'freeze' | 'note' | 'refused';

export type TimelineEvent = {
  readonly id: number;
  readonly at: number;
  readonly kind: TimelineKind;
  readonly node: string | undefined;
  text: string;
  count: number;
  version: number;
};

/** Events of one kind about one node within this time are counted as one. */
const TOGETHER_MS = 3000;

/** What happened, oldest first, as far as there is room. */
export class Timeline {
  readonly #room: number;
  readonly #versions: Versions;
  readonly #now: () => number;
  readonly #events: TimelineEvent[] = [];
  #ids = 0;

  constructor(room: number, versions: Versions, now: () => number) {
    this.#room = room;
    this.#versions = versions;
    this.#now = now;
  }

  /** `text` gets the count when several events become one. */
  add(kind: TimelineKind, node: string | undefined, text: (count: number) => string): void {
    const at = this.#now();
    const same = this.#events.findLast(
      (event) => event.kind === kind && event.node === node && at - event.at < TOGETHER_MS,
    );
    if (same !== undefined && text(2) !== text(1)) {
      same.count += 1;
      same.text = text(same.count);
      same.version = this.#versions.next();
      return;
    }
    if (same !== undefined && same.text === text(1)) return;
    this.#ids += 1;
    this.#events.push({ id: this.#ids, at, kind, node, text: text(1), count: 1, version: this.#versions.next() });
    if (this.#events.length > this.#room) this.#events.shift();
  }

  changedSince(version: number): readonly TimelineEvent[] {
    return this.#events.filter((event) => event.version > version);
  }
}
