import type { SessionId } from './session-id.ts';
import type { Session } from './session-registry.ts';

export type Change =
  | { readonly kind: 'put'; readonly id: SessionId; readonly session: Session }
  | { readonly kind: 'delete'; readonly id: SessionId };

type Entry = { readonly session: Session; sent: boolean; writtenAt: number };

export type LedgerOptions = { readonly maxDeletes: number; readonly touchEveryMs: number };

/**
 * The desired contents of the store, and which changes are still to be sent. It keeps the latest change of each
 * session, not a queue of commands: it grows only with live sessions and unsent deletes, however long the store is
 * down, and a change with unknown outcome is simply repeated. It does no I/O and reads no clock.
 */
export class Ledger {
  readonly #options: LedgerOptions;
  readonly #live = new Map<SessionId, Entry>();
  readonly #puts = new Set<SessionId>();
  readonly #deletes = new Set<SessionId>();
  // Only one change of a session is in flight at a time: two could overtake each other and leave the older one.
  readonly #underWay = new Set<SessionId>();
  #sampler: Iterator<SessionId> = [][Symbol.iterator]();
  #dropped = 0;

  constructor(options: LedgerOptions) {
    this.#options = options;
  }

  open(session: Session): void {
    const { id } = session;
    // If the id was used before, the store may still have the old record.
    const sent = this.#live.get(id)?.sent === true || this.#deletes.has(id) || this.#underWay.has(id);
    this.#live.set(id, { session, sent, writtenAt: 0 });
    this.#deletes.delete(id);
    this.#puts.add(id);
  }

  /** False if the store never got the session: then there is nothing to delete. */
  close(id: SessionId): boolean {
    const entry = this.#live.get(id);
    this.#live.delete(id);
    this.#puts.delete(id);
    if (entry && !entry.sent) return false;
    this.#deletes.add(id);
    this.#keepDeletesBounded();
    return true;
  }

  touch(id: SessionId, now: number): void {
    const entry = this.#live.get(id);
    if (entry?.sent && now - entry.writtenAt >= this.#options.touchEveryMs) this.#puts.add(id);
  }

  /** Deletes first: a full store still accepts them, and has more space afterwards. */
  take(): Change | undefined {
    const id = this.#firstFree(this.#deletes) ?? this.#firstFree(this.#puts);
    if (!id) return undefined;
    this.#underWay.add(id);
    if (this.#deletes.delete(id)) return { kind: 'delete', id };
    this.#puts.delete(id);
    const entry = this.#live.get(id) as Entry;
    entry.sent = true;
    return { kind: 'put', id, session: entry.session };
  }

  done(change: Change, now: number): void {
    this.#underWay.delete(change.id);
    const entry = this.#live.get(change.id);
    if (change.kind === 'put' && entry) entry.writtenAt = now;
  }

  /** Its outcome is unknown: it is queued again, unless there is a newer change. */
  undone(change: Change): void {
    this.#underWay.delete(change.id);
    const live = this.#live.has(change.id);
    if (change.kind === 'put' && live) this.#puts.add(change.id);
    if (change.kind === 'delete' && !live) this.#deletes.add(change.id);
  }

  /** The store may have lost data: all live sessions are written again. */
  rewrite(id?: SessionId): void {
    if (id) this.#puts.add(id);
    else for (const live of this.#live.keys()) this.#puts.add(live);
  }

  /** Live sessions that the store should have, one after the other, to check whether it still has them. */
  sample(): SessionId | undefined {
    for (let tries = 0; tries < 8; tries++) {
      const next = this.#sampler.next();
      if (next.done) this.#sampler = this.#live.keys();
      else if (this.settled(next.value)) return next.value;
    }
    return undefined;
  }

  holds(id: SessionId): boolean {
    return this.#live.has(id);
  }

  settled(id: SessionId): boolean {
    return this.#live.has(id) && !this.#puts.has(id) && !this.#underWay.has(id);
  }

  liveIds(): SessionId[] {
    return [...this.#live.keys()];
  }

  counts(): { live: number; pending: number; underWay: number; dropped: number } {
    const pending = this.#puts.size + this.#deletes.size + this.#underWay.size;
    return { live: this.#live.size, pending, underWay: this.#underWay.size, dropped: this.#dropped };
  }

  #firstFree(waiting: Set<SessionId>): SessionId | undefined {
    for (const id of waiting) if (!this.#underWay.has(id)) return id;
    return undefined;
  }

  #keepDeletesBounded(): void {
    if (this.#deletes.size <= this.#options.maxDeletes) return;
    const [oldest] = this.#deletes;
    if (oldest) this.#deletes.delete(oldest);
    this.#dropped++;
  }
}
