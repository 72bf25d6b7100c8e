import type { Decision } from '../../core/decide.ts';
import type { Request } from '../../core/request/request.ts';
import type { Route } from '../../core/table/table.ts';
import type { ExchangeRecord } from './record.ts';

/** An exchange that has met its decision and waits for its answer; the same object begins and ends. */
export type ExchangeUnderWay = {
  readonly entryPoint: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly request: Request;
  /** Path and query before any middleware changed them. */
  readonly asked: string;
  readonly route: Route | undefined;
  /** undefined: a middleware answered. */
  readonly decision: Decision | undefined;
  readonly reason: string;
};

/** Somebody who watches the router. What it throws is not the router's concern; what it takes long for is. */
export type RouterObserver = {
  began?(exchange: ExchangeUnderWay): void;
  /** A client that left early may end what never began. */
  ended?(exchange: ExchangeUnderWay, record: ExchangeRecord): void;
  /** The files changed: `applied` is false where the last good configuration stays. */
  reloaded?(applied: boolean): void;
};

/** Who watches; while nobody does, a request pays for one comparison. */
export class Observers {
  readonly #all = new Set<RouterObserver>();
  readonly #failed: (error: unknown) => void;

  constructor(failed: (error: unknown) => void) {
    this.#failed = failed;
  }

  get watching(): boolean {
    return this.#all.size > 0;
  }

  add(observer: RouterObserver): () => void {
    this.#all.add(observer);
    return () => void this.#all.delete(observer);
  }

  /** One that throws is told of once and never asked again. */
  tell(what: (observer: RouterObserver) => void): void {
    for (const observer of this.#all) {
      try {
        what(observer);
      } catch (error) {
        this.#all.delete(observer);
        this.#failed(error);
      }
    }
  }
}
