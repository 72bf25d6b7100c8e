import type { Exchange, Middleware } from '../../core/middleware.ts';
import { type Built, type ConfigOf, isFailed } from './built.ts';
import { plainReply } from './reply.ts';
import { compileSource } from './source.ts';

export const inFlightReq = ({ name, kind, at, ...config }: ConfigOf<'inFlightReq'>): Built => {
  const source = compileSource(config.sourceCriterion, 'host');
  if (isFailed(source)) return { error: `error creating requests limiter: ${source.error}` };
  const { amount } = config;
  const make = (): Middleware => {
    const inFlight = new InFlight();
    return {
      name,
      kind,
      at,
      newInstance: make,
      request: (exchange) => {
        const key = source.of(exchange.request);
        if (inFlight.of(key) >= amount) return plainReply(429, `max connections reached: ${amount}`);
        inFlight.begin(exchange, key);
        return undefined;
      },
      finish: (exchange) => inFlight.end(exchange),
    };
  };
  return make();
};

class InFlight {
  readonly #counts = new Map<string, number>();
  /** By exchange, because its host or header may have changed by the time it ends. */
  readonly #keys = new WeakMap<Exchange, string>();

  of(key: string): number {
    return this.#counts.get(key) ?? 0;
  }

  begin(exchange: Exchange, key: string): void {
    this.#keys.set(exchange, key);
    this.#counts.set(key, this.of(key) + 1);
  }

  end(exchange: Exchange): void {
    const key = this.#keys.get(exchange);
    if (key === undefined) return;
    this.#keys.delete(exchange);
    const left = this.of(key) - 1;
    if (left > 0) this.#counts.set(key, left);
    else this.#counts.delete(key);
  }
}
