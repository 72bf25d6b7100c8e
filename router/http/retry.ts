import type { HttpExchange } from './exchange.ts';

/** Whether the `retry` middleware has an attempt left; whether the request is retryable, it has already decided. */
export const mayRetry = (x: HttpExchange): boolean => {
  const { retry } = x;
  if (retry === undefined || x.retries + 1 >= retry.attempts) return false;
  return retry.timeout === 0 || performance.now() - x.started < retry.timeout;
};
