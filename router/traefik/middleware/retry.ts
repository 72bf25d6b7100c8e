import type { RetryPolicy } from '../../core/middleware.ts';
import { type Built, type ConfigOf, type Failed, isFailed } from './built.ts';

/** For these methods a status is only retried when the user allows it. */
const NOT_IDEMPOTENT = new Set(['POST', 'PATCH', 'LOCK']);
/** Maximum interval of github.com/cenkalti/backoff. */
const LONGEST_INTERVAL = 60_000;

export const retry = (config: ConfigOf<'retry'>): Built => {
  const { name, kind, at, attempts, status, retryNonIdempotentMethod, maxRequestBodyBytes } = config;
  if (status.length === 0 && config.disableRetryOnNetworkError)
    return { error: 'retry middleware requires at least HTTP status codes or retry on TCP' };
  if (attempts <= 0) return { error: `incorrect (or empty) value for attempt (${attempts})` };
  const ranges = rangesOf(status);
  if (isFailed(ranges)) return { error: `creating HTTP code ranges: ${ranges.error}` };
  if (attempts === 1) return { name, kind, at };

  const network = policyOf(config, () => false);
  const full = policyOf(config, (code) => ranges.some(({ low, high }) => code >= low && code <= high));
  return {
    name,
    kind,
    at,
    request: (exchange) => {
      exchange.retry = network;
      if (ranges.length === 0 || (!retryNonIdempotentMethod && NOT_IDEMPOTENT.has(exchange.request.method)))
        return undefined;
      return exchange.bufferBody(maxRequestBodyBytes).then((body) => {
        if (body !== 'too-large') exchange.retry = full;
        return undefined;
      });
    },
  };
};

const policyOf = (config: ConfigOf<'retry'>, retriesStatus: (status: number) => boolean): RetryPolicy => ({
  attempts: config.attempts,
  delay: (repetition) => delayOf(config, repetition),
  timeout: config.timeout,
  retriesStatus,
  onNetworkError: !config.disableRetryOnNetworkError,
});

/** Grows so that the last wait is twice the first. Traefik adds or subtracts up to half of it at random. */
const delayOf = ({ attempts, initialInterval }: ConfigOf<'retry'>, repetition: number): number => {
  if (initialInterval <= 0) return 0;
  const grown = initialInterval * 2 ** ((repetition - 1) / (attempts - 1));
  return repetition === 1 ? initialInterval : Math.min(grown, LONGEST_INTERVAL);
};

type Range = { readonly low: number; readonly high: number };

/** `503` or `500-599`; what follows a second dash is ignored. */
const rangesOf = (status: readonly string[]): Range[] | Failed => {
  const ranges: Range[] = [];
  for (const text of status) {
    const [low = '', high = low] = text.split('-');
    const wrong = [low, high].find((code) => !/^\+?\d+$/.test(code));
    if (wrong !== undefined) return { error: `strconv.Atoi: parsing ${JSON.stringify(wrong)}: invalid syntax` };
    ranges.push({ low: Number(low), high: Number(high) });
  }
  return ranges;
};
