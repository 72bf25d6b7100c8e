import type { DrainMark } from './drain-mark.ts';
import { EndedSessions } from './ended-sessions.ts';
import { listed, locate, stoppedOn } from './locate.ts';
import { type NodeRecord, nodeRecord, type SessionRecord, shorten } from './records.ts';
import { type NodeId, ownerOf, type SessionId } from './session-id.ts';
import type {
  Announced,
  Ending,
  Listed,
  MarkListener,
  NodeListing,
  RegistryStatus,
  Self,
  Session,
  SessionListing,
  SessionLocation,
  SessionRegistry,
  Written,
} from './session-registry.ts';

/** Shared by the nodes of a test instead of Redis. Set `available` to false to simulate an outage. */
export type MemoryStore = {
  available: boolean;
  readonly sessions: Map<SessionId, SessionRecord & { readonly expires: number }>;
  readonly nodes: Map<NodeId, NodeRecord>;
  readonly marks: Map<NodeId, DrainMark>;
  readonly now: () => number;
};

export const createMemoryStore = (now: () => number): MemoryStore => ({
  available: true,
  sessions: new Map(),
  nodes: new Map(),
  marks: new Map(),
  now,
});

const TTL_MS = 30 * 24 * 3_600_000;
const TRACE_MS = 3_600_000;
const AWAY = { kind: 'unavailable', why: 'the store is away' } as const;

/** The registry without Redis, for tests of its callers. It passes the same contract. */
export class MemoryRegistry implements SessionRegistry {
  readonly #store: MemoryStore;
  readonly #self: Self;
  readonly #ended = new EndedSessions();
  readonly #live = new Map<SessionId, SessionRecord>();
  readonly #missed = new Map<string, () => void>();
  #listener: MarkListener | undefined;
  #over = false;

  constructor(store: MemoryStore, self: Self) {
    this.#store = store;
    this.#self = self;
  }

  async open(session: Session): Promise<Written> {
    const { name, boot } = this.#self;
    const record = { ...shorten(session), node: ownerOf(session.id), ...(name !== undefined && { name }), boot };
    this.#ended.forget(session.id);
    this.#live.set(session.id, record);
    return this.#write(session.id, () => this.#put(record, TTL_MS));
  }

  async close(id: SessionId, ending: Ending = 'closed'): Promise<Written> {
    this.#ended.remember(id, ending);
    this.#live.delete(id);
    return this.#write(id, () => void this.#store.sessions.delete(id));
  }

  /** At once: with a Map there is no reason to wait an hour. */
  touch(id: SessionId): void {
    const record = this.#live.get(id);
    if (record) this.#write(id, () => this.#put(record, TTL_MS));
  }

  async whereIs(id: SessionId): Promise<SessionLocation> {
    const ending = this.#ended.of(id);
    if (ending) return { kind: ending };
    if (this.#live.has(id)) return stoppedOn(this.#self);
    if (this.#away()) return AWAY;
    const found = this.#store.sessions.get(id);
    const session = found && found.expires > this.#store.now() ? found : null;
    return locate({ self: this.#self, session, owner: this.#store.nodes.get(ownerOf(id)) ?? null });
  }

  async announce(word: Announced): Promise<Written> {
    const { nodes, marks } = this.#store;
    const written = this.#write(this.#self.node, () => {
      nodes.set(this.#self.node, nodeRecord(this.#self, this.#live.size, word));
    });
    if (written.kind === 'written') this.#listener?.(marks.get(this.#self.node) ?? null);
    return written;
  }

  onMark(listener: MarkListener): void {
    this.#listener = listener;
  }

  async sessions({ limit = 1000 }: { readonly limit?: number } = {}): Promise<Listed<SessionListing>> {
    if (this.#away()) return AWAY;
    const { sessions, nodes, now } = this.#store;
    const all = [...sessions.values()].filter(({ expires }) => expires > now());
    const items = all.slice(0, limit).map(({ expires: _, ...session }) => listed(session, nodes.get(session.node)));
    return { kind: 'listed', items, complete: items.length === all.length };
  }

  async nodes(): Promise<Listed<NodeListing>> {
    if (this.#away()) return AWAY;
    return { kind: 'listed', items: [...this.#store.nodes.values()], complete: true };
  }

  async heartbeats(nodes: readonly NodeId[]): Promise<Listed<NodeListing>> {
    if (this.#away()) return AWAY;
    const items = nodes.map((node) => this.#store.nodes.get(node)).filter((item) => item !== undefined);
    return { kind: 'listed', items, complete: true };
  }

  status(): RegistryStatus {
    const away = this.#away();
    const counts = { live: this.#live.size, pending: this.#missed.size, dropped: 0, errors: 0 };
    return away ? { state: 'degraded', why: AWAY.why, ...counts } : { state: 'ready', ...counts };
  }

  async quit(): Promise<void> {
    if (!this.#away()) {
      for (const record of this.#live.values()) this.#put(record, TRACE_MS);
      this.#store.nodes.delete(this.#self.node);
    }
    this.#over = true;
  }

  /** The latest change of each key, as with Redis; all are applied at the first use after an outage. */
  #write(key: string, change: () => void): Written {
    this.#missed.delete(key);
    this.#missed.set(key, change);
    return this.#away() ? { kind: 'remembered', why: AWAY.why } : { kind: 'written' };
  }

  #away(): boolean {
    if (this.#over || !this.#store.available) return true;
    for (const change of this.#missed.values()) change();
    this.#missed.clear();
    return false;
  }

  #put(record: SessionRecord, ttl: number): void {
    this.#store.sessions.set(record.id, { ...record, expires: this.#store.now() + ttl });
  }
}
