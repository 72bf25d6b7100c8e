/** Checks what the clients of a soak observe. It reads no clock and does no I/O. */

import { Chronicle } from './chronicle.ts';

/** The answer to a call. */
export type Word = {
  readonly session: string;
  readonly node: string;
  readonly pid: number;
  /** Identifies the call. */
  readonly call: string;
  /** Calls of this session so far. */
  readonly count: number;
  /** Events sent on this session's GET stream so far. */
  readonly told: number;
};

/** From the start of a node's process to its end. */
type Life = { readonly node: string; pid: number | undefined; over: boolean };

type Tracked = {
  readonly id: string;
  readonly client: string;
  readonly node: string;
  readonly life: Life | undefined;
  pid: number | undefined;
  sent: number;
  count: number;
  told: number;
  heard: number;
};

type Loss = { readonly at: number; readonly tracked: Tracked; readonly why: string };

/** One drain, from its start to its final report. */
export type Drain = {
  readonly node: string;
  readonly from: number;
  to: number | undefined;
  cut: number;
  empty: boolean;
};

/** A proxy may apply a file shortly before the command that wrote it says so, and some time later. */
const [BEFORE_MS, AFTER_MS] = [2000, 30_000];

export class Ledger extends Chronicle {
  readonly figures = { opened: 0, closed: 0, answers: 0, failed: 0, events: 0, resumed: 0, refused: 0, unrouted: 0 };
  /** Sessions that could not be opened, by what the client got. */
  readonly refusals: Record<string, number> = {};
  readonly losses = { died: 0, deadline: 0, needless: 0 };
  readonly #names = new Map<string, string>();
  readonly #lives = new Map<string, Life>();
  readonly #trackedSessions = new Map<string, Tracked>();
  readonly #anywhere = new Map<string, number>();
  readonly #drains: Drain[] = [];
  /** Nodes that have said that they refuse new sessions. */
  readonly #closed = new Map<string, Life | undefined>();
  #unsettled: Loss[] = [];

  /** `tag`: replaces its name in ids. */
  born(node: string, tag = node): void {
    this.dying(node, 'another process of it starts');
    this.#names.set(tag, node);
    this.#closed.delete(node);
    this.#lives.set(node, { node, pid: undefined, over: false });
    this.note(`${node} starts${tag === node ? '' : ` with the tag ${tag}`}`);
  }

  /** It is being stopped: its sessions may be lost from now on. */
  dying(node: string, how: string): void {
    const life = this.#lives.get(node);
    if (life === undefined || life.over) return;
    life.over = true;
    this.note(`${node} ends: ${how}`);
  }

  opened(session: string, client: string, owner: string): void {
    this.figures.opened += 1;
    const node = this.#names.get(owner) ?? owner;
    const life = this.#lives.get(node);
    const tracked: Tracked = { id: session, client, node, life, pid: life?.pid, sent: 0, count: 0, told: 0, heard: 0 };
    this.note(`${client} opens ${brief(session)}`);
    if (this.#closed.has(node) && this.#closed.get(node) === life && life?.over === false)
      this.breaks('no session begins on a node that has said it is drained', `${brief(session)} of ${client}`);
    this.#trackedSessions.set(session, tracked);
  }

  refused(client: string, cause: string): void {
    this.figures.refused += 1;
    this.refusals[cause] = (this.refusals[cause] ?? 0) + 1;
    this.note(`${client} gets no session: ${cause}`);
  }

  sent(session: string): void {
    const tracked = this.#trackedSessions.get(session);
    if (tracked !== undefined) tracked.sent += 1;
  }

  /** In the session that its client has at that time. */
  sentBy(client: string): void {
    this.#anywhere.set(client, (this.#anywhere.get(client) ?? 0) + 1);
  }

  answered(session: string, call: string, word: Word): void {
    this.figures.answers += 1;
    const tracked = this.#trackedSessions.get(session);
    if (word.session !== session || word.call !== call)
      return this.breaks(
        'no answer crosses',
        `${call} of ${brief(session)} got that of ${word.call} of ${brief(word.session)}`,
      );
    if (tracked === undefined) return;
    const { count, told } = word;
    const numbers = `${brief(session)}: ${count} after ${tracked.count}, of ${tracked.sent} calls`;
    if (tracked.pid !== undefined && word.pid !== tracked.pid)
      this.breaks('a session stays in its process', `${brief(session)}: ${word.pid} after ${tracked.pid}`);
    if (count <= tracked.count) this.breaks('a counter never goes back', numbers);
    if (count > tracked.sent + (this.#anywhere.get(tracked.client) ?? 0)) this.breaks('no call runs twice', numbers);
    tracked.pid = word.pid;
    if (tracked.life !== undefined && !tracked.life.over) tracked.life.pid ??= word.pid;
    Object.assign(tracked, { count, told });
  }

  /** An event of the GET stream. */
  heard(session: string, from: string, seq: number): void {
    this.figures.events += 1;
    const tracked = this.#trackedSessions.get(session);
    if (tracked === undefined) return;
    const text = `${brief(session)}: event ${seq} after ${tracked.heard}`;
    if (from !== session) return this.breaks('no event crosses', `${text} is of ${brief(from)}`);
    if (seq <= tracked.heard) return this.breaks('no event is repeated', text);
    if (seq > tracked.heard + 1) this.breaks('no event is lost', text);
    tracked.heard = seq;
  }

  failed(session: string, cause: string): void {
    this.figures.failed += 1;
    this.note(`${brief(session)}: ${cause}`);
  }

  /** A call that had begun and can be resumed got no answer. */
  unanswered(session: string, what: string): void {
    const tracked = this.#trackedSessions.get(session);
    this.failed(session, what);
    if (tracked !== undefined && !this.#died(tracked)) this.late('no answer is lost', `${brief(session)}: ${what}`);
  }

  /** A 404 that did not come from a node. */
  unrouted(who: string, steady: boolean): void {
    this.figures.unrouted += 1;
    this.note(`${who}: 404, and no node wrote it`);
    if (steady) this.late('a proxy that runs has its routes', who);
  }

  left(session: string): void {
    if (this.#trackedSessions.delete(session)) this.figures.closed += 1;
  }

  /** Its client got a 404 for it. */
  lost(session: string, why: string): void {
    const tracked = this.#trackedSessions.get(session);
    if (tracked === undefined) return;
    this.#trackedSessions.delete(session);
    this.note(`${tracked.client} loses ${brief(session)}: ${why}`);
    if (this.#died(tracked)) this.losses.died += 1;
    else this.#unsettled.push({ at: this.now(), tracked, why });
  }

  drainBegins(node: string): Drain {
    const drain: Drain = { node, from: this.now(), to: undefined, cut: 0, empty: false };
    this.#drains.push(drain);
    this.note(`a drain of ${node} begins`);
    return drain;
  }

  drainEnds(drain: Drain, { why, cut }: { readonly why: string; readonly cut: number | undefined }): void {
    Object.assign(drain, { to: this.now(), cut: cut ?? Number.POSITIVE_INFINITY, empty: why === 'empty' });
    this.note(`the drain of ${drain.node} ends: ${why}, ${cut ?? 'uncounted'} sessions`);
    if (drain.empty) this.#closed.set(drain.node, this.#lives.get(drain.node));
  }

  /** It may take sessions again, even before the command that says so begins. */
  returns(node: string): void {
    this.#closed.delete(node);
  }

  /** At the end: the cause of each loss, and what never arrived. */
  settle(): void {
    for (const loss of this.#unsettled) this.#judge(loss);
    this.#unsettled = [];
    for (const { id, told, heard, client } of this.#trackedSessions.values())
      if (heard < told) {
        this.late('no event is lost', `${brief(id)} of ${client}: ${told} were told, ${heard} came`);
        Object.assign(this.#trackedSessions.get(id)!, { heard: told });
      }
  }

  held(): readonly string[] {
    return [...this.#trackedSessions.keys()];
  }

  behind(): number {
    return [...this.#trackedSessions.values()].filter(({ told, heard }) => heard < told).length;
  }

  #died({ node, life, pid }: Tracked): boolean {
    const now = this.#lives.get(node);
    return (
      life === undefined ||
      life.over ||
      life !== now ||
      (pid !== undefined && now?.pid !== undefined && pid !== now.pid)
    );
  }

  #judge({ at, tracked, why }: Loss): void {
    const drain = this.#drains.find(
      ({ node, from, to, cut }) =>
        node === tracked.node &&
        cut > 0 &&
        from <= at &&
        to !== undefined &&
        to - BEFORE_MS <= at &&
        at <= to + AFTER_MS,
    );
    if (drain !== undefined) {
      drain.cut -= 1;
      this.losses.deadline += 1;
      return;
    }
    const counts = this.late(
      'nothing is lost but what a dead node or a deadline took',
      `${tracked.client} lost ${brief(tracked.id)} at ${(at / 1000).toFixed(2)} s (${why}), and ${tracked.node} lives`,
    );
    if (counts) this.losses.needless += 1;
  }
}

/** Only enough of an id to distinguish sessions: anyone who reads a whole id can use the session. */
export const brief = (session: string): string => session.slice(0, session.indexOf('.') + 9);
