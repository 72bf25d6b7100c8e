import type { Decision } from '../../core/decide.ts';
import type { Request } from '../../core/request/request.ts';
import type { Route } from '../../core/table/table.ts';
import type { ExchangeRecord } from './record.ts';

/** An exchange after its decision. `began` and `ended` get the same object. */
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

/** Observes the router. Its exceptions are caught, but it runs synchronously, so it must be fast. */
export type RouterObserver = {
  began?(exchange: ExchangeUnderWay): void;
  /** May come without `began`, when a client leaves early. */
  ended?(exchange: ExchangeUnderWay, record: ExchangeRecord): void;
  /** The files changed. `applied` false: refused, the last good configuration stays. */
  reloaded?(applied: boolean): void;
};

/** The registered observers; without any, a request pays for one comparison. */
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

  /** An observer that throws is reported once and removed. */
  notify(what: (observer: RouterObserver) => void): void {
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
