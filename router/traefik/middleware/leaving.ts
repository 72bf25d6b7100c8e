import type { Exchange } from '../../core/middleware.ts';

/** Rejects when the signal aborts first. */
export type Sleep = (milliseconds: number, signal: AbortSignal) => Promise<void>;

/** Aborts when the client leaves. Only for middlewares that wait. */
export const leaving = (exchange: Exchange): AbortSignal => {
  const controller = new AbortController();
  exchange.whenLeft(() => controller.abort());
  return controller.signal;
};
