import { setTimeout as wait } from 'node:timers/promises';
import { backOff } from '../../../shared/client/back-off.ts';
import type { Report } from '../event.ts';
import type { Group } from '../scenario.ts';
import { failureOf } from './failure.ts';
import { holdStream } from './hold-stream.ts';
import { answeredBy, failureIn, hasResult, ownerOf, reasonOf } from './messages.ts';
import { type Message, type Talk, talkOf } from './talk.ts';
import { type Answer, Wire } from './wire.ts';

export type LightClientOptions = {
  readonly index: number;
  readonly group: Group;
  readonly url: string;
  readonly random: () => number;
  readonly report: Report;
  readonly now: () => number;
  /** The calls in its session, by request id. */
  readonly call: (id: number) => string;
  readonly signal: AbortSignal;
  readonly onOpened: () => void;
};

/** An impatient client's fixed delay before it tries again. */
const AT_ONCE_MS = 250;

/**
 * An MCP client without the SDK: its own connections, one call at a time, perhaps a stream. A thousand of these fit
 * into one process, unlike SDK clients.
 */
export class LightClient {
  readonly #options: LightClientOptions;
  readonly #wire: Wire;
  readonly #talk: Talk;
  #lastNode: string | undefined;
  #downSince: number | undefined;
  #calls = 0;

  constructor(options: LightClientOptions) {
    this.#options = options;
    this.#wire = new Wire(options.url, options.group.cookies);
    this.#talk = talkOf(options.group.holds, options.call);
  }

  /** Runs until the signal, or until it has lost its session for good. */
  async live(): Promise<void> {
    const { signal, group, index, report } = this.#options;
    try {
      for (;;) {
        const session = await this.#open();
        const end = await this.#use(session);
        if (end === 'lost' && group.reopen === 'never') return report({ kind: 'stranded', client: index });
        if (end === 'lost') await this.#wait(this.#pause(0));
      }
    } catch (error) {
      if (!signal.aborted) report({ kind: 'trouble', text: `client ${index + 1} stopped: ${String(error)}` });
    } finally {
      this.#wire.drop();
    }
  }

  dropConnections(): void {
    this.#wire.drop();
  }

  async #open(): Promise<string> {
    const { index, report, onOpened } = this.#options;
    for (let attempt = 0; ; attempt++) {
      const session = await this.#introduce();
      if (session !== undefined) {
        const node = ownerOf(session);
        report({ kind: 'opened', client: index, node, ...(this.#lastNode !== undefined && { from: this.#lastNode }) });
        this.#lastNode = undefined;
        onOpened();
        return session;
      }
      await this.#wait(this.#pause(attempt));
    }
  }

  /** The id of a new session; undefined if it could not be opened yet. */
  async #introduce(): Promise<string | undefined> {
    const { index, report } = this.#options;
    const answer = await this.#post(this.#talk.open(`light-${index + 1}`));
    const session = typeof answer === 'string' ? undefined : this.#talk.idIn(answer);
    if (session === undefined) {
      this.#refused(this.#talk.opening, typeof answer === 'string' ? answer : `HTTP ${answer.status}`);
      return undefined;
    }
    const confirmation = this.#talk.confirm(session);
    if (confirmation === undefined) return session;
    const confirmed = await this.#post(confirmation);
    if (typeof confirmed !== 'string' && confirmed.status < 300) return session;
    // Without cookies and routes by session id even the second request is misrouted.
    if (typeof confirmed !== 'string' && confirmed.status === 404)
      report({ kind: 'not-found', reason: reasonOf(confirmed.text) });
    this.#refused('initialized', typeof confirmed === 'string' ? confirmed : `HTTP ${confirmed.status}`);
    return undefined;
  }

  #refused(what: string, cause: string): void {
    this.#downSince ??= this.#options.now();
    this.#options.report({ kind: 'refused', client: this.#options.index, what, cause });
  }

  /** Calls until the session ends, for whatever reason. */
  async #use(session: string): Promise<'lost' | 'closed'> {
    const { group, random, index, report, signal, now } = this.#options;
    // A signal that is already aborted does not notify new listeners.
    signal.throwIfAborted();
    const life =
      group.sessionSeconds === undefined ? Number.POSITIVE_INFINITY : group.sessionSeconds * 1000 * (0.5 + random());
    const until = now() + life;
    const over = new AbortController();
    const stop = (): void => over.abort();
    signal.addEventListener('abort', stop, { once: true });
    let gone: string | undefined;
    const lose = (reason: string): void => {
      gone ??= reason;
      over.abort();
    };
    const stream = group.streams && this.#talk.hasStream ? this.#holdStream(session, over.signal, lose) : undefined;
    try {
      while (gone === undefined && now() < until) {
        await this.#call(session, lose);
        if (gone === undefined) await wait(this.#between(), undefined, { signal: over.signal });
      }
    } catch (error) {
      if (gone === undefined) throw error;
    } finally {
      over.abort();
      signal.removeEventListener('abort', stop);
      await stream;
    }
    const node = ownerOf(session);
    if (gone === undefined) await this.#end(session);
    report(
      gone === undefined
        ? { kind: 'closed', client: index, node }
        : { kind: 'lost', client: index, node, reason: gone },
    );
    this.#lastNode = gone === undefined ? undefined : node;
    return gone === undefined ? 'closed' : 'lost';
  }

  async #call(session: string, lose: (reason: string) => void): Promise<void> {
    const { index, report, now } = this.#options;
    const answer = await this.#post(this.#talk.call(session, ++this.#calls));
    const gone = typeof answer === 'string' ? undefined : this.#talk.goneIn(answer);
    if (typeof answer !== 'string' && gone === undefined && answer.status === 200 && hasResult(answer)) {
      if (this.#downSince !== undefined) report({ kind: 'recovered', client: index, ms: now() - this.#downSince });
      this.#downSince = undefined;
      return report({ kind: 'answered', client: index });
    }
    this.#downSince ??= now();
    if (typeof answer === 'string') return report({ kind: 'failed', client: index, cause: answer });
    if (gone === undefined) return report({ kind: 'failed', client: index, cause: failureIn(answer) });
    report({ kind: 'failed', client: index, cause: answer.status === 404 ? `HTTP 404 ${gone}` : gone });
    this.#astray(session, answer, gone);
    lose(gone);
  }

  #astray(session: string, answer: Answer, reason: string): void {
    const { index, report } = this.#options;
    const [owner, by] = [ownerOf(session), answeredBy(answer)];
    report({ kind: 'not-found', reason });
    if (reason === 'wrong-node' && by !== undefined && by !== owner)
      report({ kind: 'misroute', client: index, owner, by });
  }

  #holdStream(session: string, signal: AbortSignal, lose: (reason: string) => void): Promise<void> {
    const { index, report, random, group, now } = this.#options;
    return holdStream({
      wire: this.#wire,
      session,
      signal,
      onOpen: (open) => report({ kind: 'stream', client: index, open }),
      onRefused: (cause, status) => {
        report({ kind: 'refused', client: index, what: 'stream', cause });
        this.#serverError(status);
      },
      onGone: (answer) => {
        this.#downSince ??= now();
        const reason = reasonOf(answer.text);
        this.#astray(session, answer, reason);
        lose(reason);
      },
      pauseMs: (asked) => (group.reopen === 'at-once' ? AT_ONCE_MS : (asked ?? 500 + random() * 1000)),
    });
  }

  async #end(session: string): Promise<void> {
    const { signal } = this.#options;
    // A client that leaves does not wait for an answer.
    await this.#wire.ask({ ...this.#talk.close(session), signal }).catch(() => undefined);
  }

  /** The answer, or why there was none. */
  async #post(message: Message): Promise<Answer | string> {
    const { signal, group } = this.#options;
    signal.throwIfAborted();
    const impatience = new AbortController();
    const timer = setTimeout(() => impatience.abort(), group.timeoutSeconds * 1000);
    const leave = (): void => impatience.abort();
    signal.addEventListener('abort', leave, { once: true });
    try {
      const answer = await this.#wire.ask({ ...message, signal: impatience.signal });
      this.#serverError(answer.status);
      return answer;
    } catch (error) {
      signal.throwIfAborted();
      return impatience.signal.aborted ? `no answer in ${group.timeoutSeconds} s` : failureOf(error);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', leave);
    }
  }

  #serverError(status: number | undefined): void {
    if (status !== undefined && status >= 500) this.#options.report({ kind: 'server-error', status });
  }

  #pause(attempt: number): number {
    const { group, random } = this.#options;
    return group.reopen === 'at-once' ? (attempt === 0 ? 0 : AT_ONCE_MS) : backOff(attempt, random());
  }

  #between(): number {
    const { group, random } = this.#options;
    return ((0.5 + random()) * 1000) / group.callsPerSecond;
  }

  async #wait(ms: number): Promise<void> {
    await wait(ms, undefined, { signal: this.#options.signal });
  }
}
