import type { SessionView } from './cluster-view.ts';
import { type ClientSession, predecessorOf } from './predecessor.ts';
import type { Versions } from './versions.ts';

/**
 * `stalled`: its node does not respond, but may recover. `back`: lost, and its client has opened a new one elsewhere.
 */
export type SessionState = 'live' | 'stalled' | 'lost' | 'back';
export type SessionAtNode = { readonly id: string; readonly node: number };

export type SeenSession = ClientSession &
  Kinded & {
    node: number;
    created: number;
    seen: number;
    requests: number;
    streams: number;
    state: SessionState;
    /** The client's previous session, and its current one. */
    from: SessionAtNode | undefined;
    to: SessionAtNode | undefined;
    version: number;
  };

export type SessionNews = {
  lost(session: SeenSession): void;
  back(session: SeenSession, before: SeenSession): void;
  moved(session: SeenSession, from: number): void;
};

type Deps = { readonly versions: Versions; readonly now: () => number; readonly news: SessionNews };
type Kinded = Pick<SessionView, 'kind'>;
type Sighting = { readonly id: string; readonly node: number; readonly agent: string } & Kinded;
/** When the request arrived; its answer may be the end of a stream. */
type Answered = Sighting & { readonly startedAt: number };

const MAX_KEPT = 5000;
const ACTIVITY_MS = 1000;
/** The registry is read some time later: a session that it does not list may have been opened meanwhile. */
const SETTLE_MS = 3000;
const BACK_SHOWN_MS = 30_000;
const LOST_SHOWN_MS = 300_000;
const IDLE_MS = 3_600_000;

/** Which session is on which node, from the traffic and, if there is one, the registry. */
export class Sessions {
  readonly #deps: Deps;
  readonly #all = new Map<string, SeenSession>();
  #gone: { readonly id: string; readonly version: number }[] = [];

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  get all(): Iterable<SeenSession> {
    return this.#all.values();
  }

  answered({ startedAt, ...sighting }: Answered): void {
    const session = this.#all.get(sighting.id) ?? this.#add(sighting, this.#deps.now());
    session.requests += 1;
    if (session.node !== sighting.node) {
      const from = session.node;
      session.node = sighting.node;
      this.#changed(session);
      this.#deps.news.moved(session, from);
    }
    // A stream that ended with its node shows nothing new.
    if (session.state === 'back' || (session.state === 'lost' && startedAt <= session.since)) return;
    if (session.state !== 'live') this.#become(session, 'live');
    this.#active(session);
  }

  /** A node has answered that the session is gone. */
  missed(id: string): void {
    const session = this.#all.get(id);
    if (session !== undefined) this.#lose(session);
  }

  stall(id: string): void {
    const session = this.#all.get(id);
    if (session?.state === 'live') this.#become(session, 'stalled');
  }

  streams(id: string, change: 1 | -1): void {
    const session = this.#all.get(id);
    if (session === undefined) return;
    session.streams = Math.max(0, session.streams + change);
    this.#changed(session);
  }

  ended(id: string): void {
    if (!this.#all.delete(id)) return;
    this.#gone.push({ id, version: this.#deps.versions.next() });
    if (this.#gone.length > MAX_KEPT) this.#gone = this.#gone.slice(-MAX_KEPT / 2);
  }

  nodeIs(node: number, state: 'live' | 'stalled' | 'lost'): void {
    for (const session of this.#all.values()) {
      if (session.node !== node || session.state === 'lost' || session.state === 'back') continue;
      if (state === 'lost') this.#lose(session);
      else if (session.state !== state) this.#become(session, state);
    }
  }

  /** What the registry lists; `complete`: a session that is not listed has ended. */
  listed(list: readonly SessionView[], nodeOf: (id: string) => number | undefined, complete: boolean): void {
    const now = this.#deps.now();
    const ids = new Set<string>();
    for (const { id, node, client, created, state, kind } of list) {
      ids.add(id);
      const key = nodeOf(node);
      const known = this.#all.get(id);
      if (known === undefined && (state === 'abandoned' || key === undefined)) continue;
      const session = known ?? this.#add({ id, node: key!, agent: '', ...(kind && { kind }) }, created);
      if (session.client !== client) {
        session.client = client;
        this.#changed(session);
      }
      if (state === 'abandoned') this.#lose(session);
    }
    for (const session of this.#all.values())
      if (complete && session.state === 'live' && !ids.has(session.id) && now - session.seen > SETTLE_MS)
        this.ended(session.id);
  }

  /** Matches new sessions to lost ones by the names of their clients. */
  link(identity: (session: SeenSession) => string): void {
    const lost = [...this.#all.values()].filter(({ state }) => state === 'lost');
    if (lost.length === 0) return;
    for (const session of this.#all.values()) {
      if (session.state !== 'live' || session.from !== undefined) continue;
      const before = predecessorOf(
        session,
        lost.filter(({ kind }) => kind === session.kind),
        identity,
      );
      if (before === undefined) continue;
      lost.splice(lost.indexOf(before), 1);
      session.from = { id: before.id, node: before.node };
      before.to = { id: session.id, node: session.node };
      this.#become(before, 'back');
      this.#changed(session);
      this.#deps.news.back(session, before);
    }
  }

  /** Drops ended sessions that have been shown for long enough. */
  sweep(): void {
    const now = this.#deps.now();
    for (const session of this.#all.values()) {
      const since = now - Math.max(session.since, session.seen);
      const limit = session.state === 'back' ? BACK_SHOWN_MS : session.state === 'lost' ? LOST_SHOWN_MS : IDLE_MS;
      if (since > limit && session.streams === 0) this.ended(session.id);
    }
  }

  changedSince(version: number): { sessions: readonly SeenSession[]; gone: readonly string[] } {
    return {
      sessions: [...this.#all.values()].filter((session) => session.version > version),
      gone: version === 0 ? [] : this.#gone.filter((one) => one.version > version).map(({ id }) => id),
    };
  }

  #add({ id, node, agent, kind }: Sighting, created: number): SeenSession {
    const now = this.#deps.now();
    const session: SeenSession = {
      id,
      node,
      agent,
      ...(kind && { kind }),
      client: '',
      created,
      since: created,
      seen: now,
      requests: 0,
      streams: 0,
      state: 'live',
      from: undefined,
      to: undefined,
      version: this.#deps.versions.next(),
    };
    this.#all.set(id, session);
    if (this.#all.size > MAX_KEPT) this.ended(this.#all.keys().next().value!);
    return session;
  }

  #lose(session: SeenSession): void {
    if (session.state === 'lost' || session.state === 'back') return;
    this.#become(session, 'lost');
    this.#deps.news.lost(session);
  }

  #become(session: SeenSession, state: SessionState): void {
    session.state = state;
    session.since = this.#deps.now();
    this.#changed(session);
  }

  #active(session: SeenSession): void {
    const now = this.#deps.now();
    if (now - session.seen >= ACTIVITY_MS) this.#changed(session);
    session.seen = now;
  }

  #changed(session: SeenSession): void {
    session.version = this.#deps.versions.next();
  }
}
