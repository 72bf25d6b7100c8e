import type { Change, Ledger } from './ledger.ts';
import { encodeSession, sessionKey } from './records.ts';
import type { RedisLink } from './redis.ts';
import type { Trouble } from './redis-trouble.ts';
import type { SessionId } from './session-id.ts';
import type { Self, Written } from './session-registry.ts';

type WriterOptions = {
  readonly ledger: Ledger;
  readonly link: RedisLink;
  readonly self: Self;
  readonly ttlSeconds: number;
  readonly timeoutMs: number;
  readonly now: () => number;
  readonly onTrouble: (trouble: Trouble) => void;
  readonly onDrained: () => void;
  /** Why a change is not made now. */
  readonly why: () => string;
};

type Waiter = (written: Written) => void;

/**
 * Maximum of commands in flight: limits what a stalled Redis makes us keep, and is enough to write 10,000 sessions
 * quickly.
 */
const MAX_UNDER_WAY = 256;

/** Brings the store to the state of the ledger. After a failure it stops until `resume`. */
export class RecordWriter {
  readonly #options: WriterOptions;
  readonly #waiting = new Map<string, Set<Waiter>>();
  #open = false;

  constructor(options: WriterOptions) {
    this.#options = options;
  }

  resume(): void {
    this.#open = true;
    this.#sendAll();
  }

  pause(): void {
    this.#open = false;
  }

  /** Sends the ledger's changes and waits for one of them, no longer than the command timeout. */
  outcomeOf(kind: Change['kind'], id: SessionId): Promise<Written> {
    if (!this.#open) return Promise.resolve(this.#remembered());
    const outcome = this.#wait(`${kind} ${id}`);
    this.#sendAll();
    return outcome;
  }

  #sendAll(): void {
    const { ledger, onDrained } = this.#options;
    while (this.#open && ledger.counts().underWay < MAX_UNDER_WAY) {
      const change = ledger.take();
      if (!change) break;
      void this.#send(change); // It never rejects: a link returns errors as values.
    }
    if (this.#open && ledger.counts().pending === 0) onDrained();
  }

  async #send(change: Change): Promise<void> {
    const { ledger, link, now, onTrouble } = this.#options;
    const reply = await link.call(...commandOf(change, this.#options));
    if (reply.ok) {
      ledger.done(change, now());
      this.#answerWaiters(change, { kind: 'written' });
    } else {
      ledger.undone(change);
      this.pause();
      onTrouble(reply.trouble);
      this.#answerWaiters(change, this.#remembered());
    }
    this.#sendAll();
  }

  #answerWaiters({ kind, id }: Change, written: Written): void {
    for (const answer of [...(this.#waiting.get(`${kind} ${id}`) ?? [])]) answer(written);
  }

  #wait(name: string): Promise<Written> {
    const waiters = this.#waiting.get(name) ?? new Set<Waiter>();
    this.#waiting.set(name, waiters);
    return new Promise((resolve) => {
      const answer = (written: Written): void => {
        clearTimeout(timer);
        waiters.delete(answer);
        if (waiters.size === 0 && this.#waiting.get(name) === waiters) this.#waiting.delete(name);
        resolve(written);
      };
      const timer = setTimeout(() => answer(this.#remembered()), this.#options.timeoutMs);
      waiters.add(answer);
    });
  }

  #remembered(): Written {
    return { kind: 'remembered', why: this.#options.why() };
  }
}

const commandOf = (change: Change, { self, ttlSeconds }: WriterOptions): [string, ...(string | number)[]] =>
  change.kind === 'delete'
    ? ['DEL', sessionKey(change.id)]
    : ['SET', sessionKey(change.id), encodeSession(change.session, self), 'EX', ttlSeconds];
