import type { Log } from '../shared/log.ts';
import type { DrainMark } from '../shared/registry/drain-mark.ts';
import { type Announced, nameOf, type Self, type SessionRegistry } from '../shared/registry/session-registry.ts';
import { applyMark, type DrainPhase, type HeldDrain, nextPhaseIn, phaseOf } from './core/drain-phase.ts';
import { type SessionTable, sweepEvery } from './sessions/session-table.ts';
import type { HeldState } from './state/held-state.ts';

type NodeDrainOptions = {
  readonly self: Self;
  readonly registry: SessionRegistry;
  readonly table: SessionTable;
  /** Handles and tasks; set a moment later. */
  readonly state: () => HeldState;
  readonly log: Log;
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
};

/** Who began the current drain and when, and how to lift it if the deployment's file does not mention it. */
type Begun = { readonly by: string; readonly since: string; readonly undo: string };

/** What this process knows, does and reports about a drain. It keeps draining even if Redis loses the mark. */
export class NodeDrain {
  readonly #options: NodeDrainOptions;
  #held: HeldDrain | undefined;
  #begun: Begun | undefined;
  #timer: NodeJS.Timeout | undefined;
  #sweeper: NodeJS.Timeout | undefined;
  /** Counts changes of the state: a report that waited for sessions being opened may be out of date. */
  #changes = 0;
  #over = false;

  constructor(options: NodeDrainOptions) {
    this.#options = options;
  }

  /** Begins the heartbeat. */
  async start(): Promise<void> {
    this.#options.registry.onMark((mark) => this.#applyMark(mark));
    await this.#say();
  }

  get phase(): DrainPhase {
    return phaseOf(this.#held, this.#options.now());
  }

  get id(): string | undefined {
    return this.#held?.id;
  }

  /** Undefined: no mark applies. */
  get begun(): Begun | undefined {
    return this.#begun;
  }

  /** Decided by this process itself, and final. `marginMs`: still takes new sessions, but is not ready. */
  async leave(marginMs: number): Promise<void> {
    const now = this.#options.now();
    const sooner = this.phase === 'refusing' ? 0 : marginMs;
    this.#held = { id: 'own', ...this.#held, beganAt: now, settleMs: 0, marginMs: sooner };
    this.#over = true;
    await this.#changed();
  }

  stop(): void {
    clearTimeout(this.#timer);
    clearInterval(this.#sweeper);
    this.#changes++;
    this.#over = true;
  }

  #applyMark(mark: DrainMark | null): void {
    if (this.#over) return;
    const { self, now, log } = this.#options;
    const before = this.#held;
    this.#held = applyMark(before, mark, { self, now: now() });
    if (this.#held === before) return;
    const { by = '', since = 0 } = mark ?? {};
    const undo = `npm run undrain -- ${nameOf(self)}`;
    this.#begun = this.#held && { by, since: new Date(since).toISOString(), undo };
    this.#sweep();
    const idleMs = this.#held?.idleMs;
    log.info(
      { drain: this.#held?.id ?? before?.id, ...(by && { by }), ...(idleMs !== undefined && { idleMs }) },
      this.#held ? 'draining' : 'takes new sessions',
    );
    void this.#changed(); // The registry answers with a value.
  }

  /** While it drains because of this mark; the table's own idle limit applies too. */
  #sweep(): void {
    const { table, state, now } = this.#options;
    clearInterval(this.#sweeper);
    const idleMs = this.#held?.idleMs;
    if (idleMs === undefined) return;
    const sweep = () => Promise.all([table.closeIdle(now(), idleMs), state().closeIdle(now(), idleMs)]);
    this.#sweeper = setInterval(() => void sweep(), sweepEvery(idleMs)).unref();
  }

  async #changed(): Promise<void> {
    clearTimeout(this.#timer);
    const next = nextPhaseIn(this.#held, this.#options.now());
    if (next !== undefined) this.#timer = setTimeout(() => void this.#changed(), Math.ceil(next)).unref();
    await this.#say();
  }

  async #say(): Promise<void> {
    const { registry, table, state, now } = this.#options;
    const change = ++this.#changes;
    const { phase, id } = this;
    const idle = (): number => table.idle(now()) + state().sizeOf('handle');
    const announced: Announced = { draining: phase !== 'open', ...(id !== undefined && { drain: id }), idle };
    await registry.announce(announced);
    if (phase !== 'refusing') return;
    // Sessions admitted earlier may still be opening: until then `0 sessions` proves nothing.
    await Promise.all([table.noneOpening(), state().noneOpening()]);
    if (change === this.#changes) await registry.announce({ ...announced, refusing: true });
  }
}
