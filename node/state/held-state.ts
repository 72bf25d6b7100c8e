import { randomUUID } from 'node:crypto';
import type { Log } from '../../shared/log.ts';
import {
  beginningOf,
  type NodeId,
  newSessionId,
  parseSessionId,
  type SessionId,
} from '../../shared/registry/session-id.ts';
import type { Ending, SessionRegistry, StateKind } from '../../shared/registry/session-registry.ts';
import { whereNow } from '../core/which-404.ts';
import { type Gone, type GoneFacts, whyGone } from '../core/why-gone.ts';
import type { AskOwner } from '../sessions/ask-owner.ts';
import { type Bind, type Caller, principalOf } from './principal.ts';

/** What is kept under one id. `owner` is the kind that it belongs to: a basket's id does not open an order. */
export type Held = {
  readonly id: SessionId;
  readonly kind: StateKind;
  readonly owner: object;
  readonly value: unknown;
  /** Who may use it, and how to identify that caller; without it, anyone who knows the id. */
  readonly bind: Bind | undefined;
  readonly principal: string | undefined;
  readonly since: number;
  readonly idleMs: number;
  readonly ttlMs: number;
  readonly ended: AbortController;
  lastUsed: number;
  /** It has a record in the registry, and a drain waits for it. */
  recorded: boolean;
};

export type Holding = Pick<Held, 'kind' | 'owner' | 'bind' | 'idleMs' | 'ttlMs'> & {
  readonly client: string;
  readonly caller: Caller;
  readonly make: (ended: AbortSignal) => unknown;
};

type HeldStateOptions = {
  readonly node: NodeId;
  readonly registry: SessionRegistry;
  readonly askOwner: AskOwner;
  readonly isLeaving: () => boolean;
  /** Running work that a stopping node waits for. */
  readonly countCall: (by: 1 | -1) => void;
  readonly onMiss: (kind: StateKind, reason: string) => void;
  readonly log: Log;
  /** For ages. */
  readonly now: () => number;
  /** For dates. */
  readonly wallClock: () => number;
};

/** What this process holds apart from sessions: values behind handles, and tasks. */
export class HeldState {
  readonly #options: HeldStateOptions;
  readonly #held = new Map<string, Held>();
  readonly #counts = new Map<object, number>();
  readonly #ended = new AbortController();
  #opening = 0;
  #noneOpening: (() => void)[] = [];
  /** By tool name: how tools that are tasks identify the caller. */
  readonly binds = new Map<string, Bind>();

  constructor(options: HeldStateOptions) {
    this.#options = options;
  }

  get node(): NodeId {
    return this.#options.node;
  }

  /** Whether nothing new should begin here. */
  get isLeaving(): boolean {
    return this.#options.isLeaving();
  }

  date(): number {
    return this.#options.wallClock();
  }

  now(): number {
    return this.#options.now();
  }

  /** The node waits for it when it stops, as for a call. */
  async working(work: Promise<void>): Promise<void> {
    this.#options.countCall(1);
    await work.finally(() => this.#options.countCall(-1));
  }

  count(owner: object): number {
    return this.#counts.get(owner) ?? 0;
  }

  /** How many a drain waits for, including those being opened. */
  get waitedFor(): number {
    let count = this.#opening;
    for (const { recorded } of this.#held.values()) if (recorded) count++;
    return count;
  }

  sizeOf(kind: StateKind): number {
    let size = 0;
    for (const held of this.#held.values()) if (held.kind === kind) size++;
    return size;
  }

  /** It exists from now on, even if its record has not been written yet. */
  async open({ client, make, caller, ...holding }: Holding): Promise<Held> {
    const { node, registry, log } = this.#options;
    const principal = principalOf(holding.bind, caller);
    const ended = new AbortController();
    // Counted before the first await: concurrent opens must not exceed the limit.
    this.#counts.set(holding.owner, this.count(holding.owner) + 1);
    this.#opening++;
    const value = await Promise.resolve()
      .then(() => make(ended.signal))
      .catch((error: unknown) => {
        this.#forgetOne(holding.owner);
        this.#opened();
        throw error;
      });
    const since = this.now();
    const id = newSessionId(node, randomUUID());
    const held: Held = { ...holding, principal, value, id, since, lastUsed: since, ended, recorded: true };
    this.#held.set(id, held);
    this.#opened();
    log.debug({ id: beginningOf(id), kind: held.kind, client }, 'opened');
    await registry.open({ id, kind: held.kind, created: this.date(), client });
    return held;
  }

  /** Also checks whether its time is up: the sweep may come late. */
  find(id: string, owner: object, caller: Caller): Held | undefined {
    const held = this.#held.get(id);
    if (!held || held.owner !== owner || held.principal !== principalOf(held.bind, caller)) return undefined;
    if (!isOver(held, this.now())) return held;
    void this.close(held, 'expired'); // The registry answers with values.
    return undefined;
  }

  touch(held: Held): void {
    held.lastUsed = this.now();
    this.#options.registry.touch(held.id);
  }

  /** Nothing more happens in it: a drain need not wait for it. */
  async finish(held: Held): Promise<void> {
    if (!held.recorded) return;
    held.recorded = false;
    await this.#options.registry.close(held.id);
  }

  async close(held: Held, ending: Ending): Promise<void> {
    if (!this.#held.delete(held.id)) return;
    this.#forgetOne(held.owner);
    held.ended.abort(ending);
    this.#options.log.debug({ id: beginningOf(held.id), kind: held.kind, ending }, 'ended');
    if (!held.recorded) return;
    held.recorded = false;
    await this.#options.registry.close(held.id, ending);
  }

  /** Evicts the oldest that is finished to make place for a new one. false: there is none. */
  async makeRoom(owner: object): Promise<boolean> {
    for (const held of this.#held.values()) {
      if (held.owner !== owner || held.recorded) continue;
      await this.close(held, 'expired');
      return true;
    }
    return false;
  }

  /** Ends those whose time is up, and handles that nobody has used for `idleMs`. */
  async closeIdle(now: number, idleMs = Number.POSITIVE_INFINITY): Promise<void> {
    const unused = ({ kind, lastUsed }: Held): boolean => kind === 'handle' && now - lastUsed >= idleMs;
    const over = [...this.#held.values()].filter((held) => isOver(held, now) || unused(held));
    await Promise.all(over.map((held) => this.close(held, 'expired')));
  }

  /** Resolves when nothing is about to be opened. */
  async noneOpening(): Promise<void> {
    if (this.#opening > 0) await new Promise<void>((resolve) => this.#noneOpening.push(resolve));
  }

  /** Aborted when the node stops. */
  get ended(): AbortSignal {
    return this.#ended.signal;
  }

  /** Called when the node stops. Its records stay for a while, so that clients learn that it is gone or restarted. */
  abandonAll(): void {
    this.#ended.abort();
    for (const held of this.#held.values()) held.ended.abort('shutdown');
    this.#held.clear();
  }

  /** Asks the registry, only for ids that are not found here. */
  async explain(text: string, kind: StateKind, came: Pick<GoneFacts, 'inHeader' | 'fromPage'>): Promise<Gone> {
    const { registry, askOwner, node, onMiss, log } = this.#options;
    const id = parseSessionId(text);
    // It exists, but for another caller or of another kind: do not reveal whose it is.
    const found = id && !this.#held.has(id) ? await registry.whereIs(id) : ({ kind: 'unknown' } as const);
    const location =
      found.kind === 'wrong-node' ? whereNow(found.owner, await askOwner(found.url, found.owner)) : found;
    const gone = whyGone({ location, what: kind, node, ...came });
    onMiss(kind, gone.reason);
    log.info({ reason: gone.reason, kind, node, ...(id && { id: beginningOf(id) }) }, 'not here');
    return gone;
  }

  #opened(): void {
    this.#opening--;
    if (this.#opening === 0) for (const resolve of this.#noneOpening.splice(0)) resolve();
  }

  #forgetOne(owner: object): void {
    const left = this.count(owner) - 1;
    if (left > 0) this.#counts.set(owner, left);
    else this.#counts.delete(owner);
  }
}

const isOver = ({ lastUsed, since, idleMs, ttlMs }: Held, now: number): boolean =>
  now - lastUsed >= idleMs || now - since >= ttlMs;
