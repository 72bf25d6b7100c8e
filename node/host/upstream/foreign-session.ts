import type { SessionId } from '../../../shared/registry/session-id.ts';
import { SeenIds } from '../../core/seen-ids.ts';
import type { CloseReason, Exchange, HostedSession, OpenAnswer, Principal } from '../session-host.ts';

export type ForeignSessionOptions = {
  readonly id: SessionId;
  /** Its id at the server. */
  readonly foreignId: string;
  /** For ages. */
  readonly now: () => number;
  /** For dates. */
  readonly wallClock: () => number;
  readonly principal: Principal | undefined;
  readonly onCallsChanged: (by: 1 | -1) => void;
  readonly answer: (exchange: Exchange, session: ForeignSession) => Promise<void>;
  /** Closes the session at the server. */
  readonly leave: (foreignId: string) => Promise<void>;
};

/** A session whose state is in another server. */
export class ForeignSession implements HostedSession {
  readonly id: SessionId;
  readonly foreignId: string;
  readonly created: number;
  readonly principal: Principal | undefined;
  /** The ids of its requests, if they are checked for repeats. */
  readonly seen = new SeenIds();
  readonly openAnswers = new Set<OpenAnswer>();
  readonly #options: ForeignSessionOptions;
  readonly #ended = new AbortController();
  #calls = 0;
  #lastUsed: number;

  constructor(options: ForeignSessionOptions) {
    this.#options = options;
    this.id = options.id;
    this.foreignId = options.foreignId;
    this.created = options.wallClock();
    this.principal = options.principal;
    this.#lastUsed = options.now();
  }

  answer(exchange: Exchange): Promise<void> {
    this.#lastUsed = this.#options.now();
    return this.#options.answer(exchange, this);
  }

  /** Aborted when the session has ended: nobody waits for an answer any more. */
  get ended(): AbortSignal {
    return this.#ended.signal;
  }

  /** The call counts as running until the returned function is called, or the session ends. */
  beginCall(): () => void {
    if (this.#ended.signal.aborted) return () => undefined;
    this.#calls++;
    this.#options.onCallsChanged(1);
    let over = false;
    return () => {
      if (over || this.#ended.signal.aborted) return;
      over = true;
      this.#calls--;
      this.#options.onCallsChanged(-1);
    };
  }

  async hold(answer: OpenAnswer): Promise<void> {
    this.openAnswers.add(answer);
    await answer.ended;
    this.openAnswers.delete(answer);
    this.#lastUsed = this.#options.now();
  }

  isIdle(now: number, idleMs: number): boolean {
    return this.openAnswers.size === 0 && this.#calls === 0 && now - this.#lastUsed >= idleMs;
  }

  async end(why: CloseReason): Promise<void> {
    this.#ended.abort();
    for (; this.#calls > 0; this.#calls--) this.#options.onCallsChanged(-1);
    for (const answer of this.openAnswers) answer.end();
    if (why !== 'deleted' && why !== 'forgotten') await this.#options.leave(this.foreignId);
  }
}
