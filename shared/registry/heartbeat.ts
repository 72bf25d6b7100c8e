import { decodeMark, drainKey } from './drain-mark.ts';
import type { Ledger } from './ledger.ts';
import { decodeNode, encodeNode, nodeKey, nodeRecord, sessionKey } from './records.ts';
import type { RedisLink, Reply } from './redis.ts';
import type { SessionId } from './session-id.ts';
import type { Announced, MarkListener, Self } from './session-registry.ts';

export type Beat = {
  /** The first failure, or success. */
  readonly reply: Reply;
  readonly lost: 'everything' | 'one-session' | 'nothing';
};

type HeartbeatOptions = {
  readonly self: Self;
  readonly link: RedisLink;
  readonly ledger: Ledger;
  readonly ttlMs: number;
  readonly now: () => number;
};

/**
 * `mcp:node:{node}`, renewed long before it expires. Each beat also checks whether the store still has our keys: the
 * previous heartbeat, and one live session in turn (part of a cluster may be wiped, and a full store may evict single
 * keys).
 */
export class Heartbeat {
  readonly #options: HeartbeatOptions;
  readonly #key: string;
  #word: Announced | undefined;
  #onMark: MarkListener | undefined;
  #writtenAt = Number.NEGATIVE_INFINITY;
  #rival: string | undefined;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
    this.#key = nodeKey(options.self.node);
  }

  announce(word: Announced): void {
    this.#word = word;
  }

  onMark(listener: MarkListener): void {
    this.#onMark = listener;
  }

  /** The boot of another process with this name: then neither heartbeat can be trusted. */
  rival(): string | undefined {
    return this.#rival;
  }

  async beat(): Promise<Beat> {
    const { link, ledger } = this.#options;
    const sample = ledger.sample();
    const [before, written, held, mark] = await Promise.all([
      link.call('GET', this.#key),
      this.#write(),
      sample ? link.call('EXISTS', sessionKey(sample)) : YES,
      this.#onMark ? link.call('GET', drainKey(this.#options.self.node)) : YES,
    ]);
    // A missing reply proves nothing; a reply that is not text is not a mark.
    if (mark.ok) this.#onMark?.(decodeMark(mark.value));
    const failed = [written, before, held].find((reply) => !reply.ok);
    if (failed || !before.ok || !held.ok) return { reply: failed ?? written, lost: 'nothing' };
    if (this.#isGone(before.value)) return { reply: written, lost: 'everything' };
    return { reply: written, lost: sample && held.value === 0 ? this.#restore(sample) : 'nothing' };
  }

  /** After an outage it is expected to be missing. */
  forget(): void {
    this.#writtenAt = Number.NEGATIVE_INFINITY;
  }

  /** Deletes the heartbeat: others see at once that the node is gone. */
  async end(): Promise<void> {
    if (this.#word && !this.#rival) await this.#options.link.call('DEL', this.#key);
  }

  async #write(): Promise<Reply> {
    const { self, link, ledger, ttlMs } = this.#options;
    if (!this.#word) return link.call('PING');
    const record = nodeRecord(self, ledger.counts().live, this.#word);
    const written = await link.call('SET', this.#key, encodeNode(record), 'PX', ttlMs);
    if (written.ok || written.trouble.kind !== 'out-of-memory') return written;
    // A full Redis still accepts this: an old heartbeat is better than none, which would mean that the node is gone.
    await link.call('PEXPIRE', this.#key, ttlMs);
    return written;
  }

  /** It cannot have expired yet, and nobody else deletes it: if it is gone, everything else may be gone too. */
  #isGone(before: unknown): boolean {
    const { self, ttlMs, now } = this.#options;
    const recent = now() - this.#writtenAt < ttlMs / 2;
    if (this.#word) this.#writtenAt = now();
    if (!recent) return false;
    const boot = decodeNode(self.node, before)?.boot;
    this.#rival = boot === self.boot ? undefined : boot;
    return before === null;
  }

  #restore(sample: SessionId): Beat['lost'] {
    const { ledger } = this.#options;
    // Closed or reopened in the meantime: then its absence means nothing.
    if (!ledger.settled(sample)) return 'nothing';
    ledger.rewrite(sample);
    return 'one-session';
  }
}

const YES: Reply = { ok: true, value: 1 };
