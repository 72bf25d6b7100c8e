import type { Log } from '../../shared/log.ts';
import { beginningOf, type SessionId } from '../../shared/registry/session-id.ts';
import type { Ending, SessionRegistry } from '../../shared/registry/session-registry.ts';
import type { CloseReason, HeldSessions, HostedSession } from '../host/session-host.ts';

export type SessionTableOptions = {
  readonly limit: number;
  readonly idleMs: number;
  readonly registry: SessionRegistry;
  readonly log: Log;
  readonly onOpened: (session: HostedSession, client: string) => void;
  readonly onClosed: (session: HostedSession, why: CloseReason) => void;
};

/** The client chooses its name: a hostile one must not fill the log. */
const MAX_NAME = 200;

/** The live sessions of this process. A session that is not here is not alive, whatever the registry says. */
export class SessionTable implements HeldSessions {
  readonly #options: SessionTableOptions;
  readonly #sessions = new Map<string, HostedSession>();
  #opening = 0;
  #running = 0;
  #quiet: (() => void)[] = [];
  #noneOpening: (() => void)[] = [];

  constructor(options: SessionTableOptions) {
    this.#options = options;
  }

  find(id: string): HostedSession | undefined {
    return this.#sessions.get(id);
  }

  all(): IterableIterator<HostedSession> {
    return this.#sessions.values();
  }

  get size(): number {
    return this.#sessions.size;
  }

  /** Sessions that have a place but are not open yet. */
  get opening(): number {
    return this.#opening;
  }

  /** Running calls, in all sessions. */
  get running(): number {
    return this.#running;
  }

  countCall(by: 1 | -1): void {
    this.#running += by;
    if (this.#running > 0) return;
    for (const resolve of this.#quiet.splice(0)) resolve();
  }

  /** Resolves when no call is running. */
  async quiet(): Promise<void> {
    if (this.#running > 0) await new Promise<void>((resolve) => this.#quiet.push(resolve));
  }

  /** Resolves when no session is about to open. */
  async noneOpening(): Promise<void> {
    if (this.#opening > 0) await new Promise<void>((resolve) => this.#noneOpening.push(resolve));
  }

  /**
   * Reserves a place for a session about to open; undefined if all are taken. To be released once it is added or has
   * failed.
   */
  takePlace(): { release(): void } | undefined {
    if (this.#sessions.size + this.#opening >= this.#options.limit) return undefined;
    this.#opening++;
    let taken = true;
    const release = (): void => {
      if (taken) this.#opening--;
      taken = false;
      if (this.#opening === 0) for (const resolve of this.#noneOpening.splice(0)) resolve();
    };
    return { release };
  }

  /** The session counts from now on, even if its record has not been written yet. */
  async add(session: HostedSession, client: string): Promise<void> {
    this.#sessions.set(session.id, session);
    this.#options.onOpened(session, client.slice(0, MAX_NAME));
    const named = { session: brief(session.id), client: client.slice(0, MAX_NAME), sessions: this.size };
    this.#options.log.info(named, 'a session was opened');
    await this.#options.registry.open({ id: session.id, created: session.created, client });
  }

  /** Keeps a session's record from expiring; cheap for the registry. */
  touch(session: HostedSession): void {
    this.#options.registry.touch(session.id);
  }

  /**
   * Deletes the record whether or not the local close succeeds. When the node stops it is kept, so that clients learn
   * why.
   */
  async close(id: SessionId, why: CloseReason): Promise<void> {
    const session = this.#sessions.get(id);
    if (!session) return;
    this.#sessions.delete(id);
    const ended = session.end(why);
    this.#options.onClosed(session, why);
    this.#options.log.info({ session: brief(id), why, sessions: this.size }, 'a session was closed');
    const [closed] = await Promise.allSettled([
      ended,
      why === 'shutdown' ? undefined : this.#options.registry.close(id, ENDINGS[why] ?? 'closed'),
    ]);
    if (closed.status === 'rejected')
      this.#options.log.warn({ session: brief(id), err: closed.reason }, 'closing a session failed');
  }

  /** Sessions that nobody listens to or waits for: a client may have left without closing them. */
  idle(now: number): number {
    let idle = 0;
    for (const session of this.#sessions.values()) if (session.isIdle(now, 0)) idle++;
    return idle;
  }

  async closeIdle(now: number, idleMs = this.#options.idleMs): Promise<void> {
    const idle = [...this.#sessions.values()].filter((session) => session.isIdle(now, idleMs));
    await Promise.all(idle.map(({ id }) => this.close(id, 'idle')));
  }

  async closeAll(): Promise<void> {
    await Promise.all([...this.#sessions.values()].map(({ id }) => this.close(id, 'shutdown')));
  }
}

const MINUTE = 60_000;

/** How long an idle session may outlive its limit. */
export const sweepEvery = (idleMs: number): number => Math.min(MINUTE, Math.max(10, idleMs / 4));

const ENDINGS: Partial<Record<CloseReason, Ending>> = { idle: 'expired', forgotten: 'forgotten', died: 'server-ended' };

/** Whoever knows a session id can use the session: logs and listings show only enough of it to distinguish sessions. */
export const brief = (id: string): string => `${beginningOf(id)}…`;
