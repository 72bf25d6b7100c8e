import type { HttpExchange } from './exchange.ts';

/** Whether the `retry` middleware has a try left for this request; what may be retried at all, it has decided itself. */
export const mayRetry = (x: HttpExchange): boolean => {
  const { retry } = x;
  if (retry === undefined || x.retries + 1 >= retry.attempts) return false;
  return retry.timeout === 0 || performance.now() - x.started < retry.timeout;
};
