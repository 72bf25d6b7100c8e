/** Pure functions: the delay for an attempt and a random number. */

export type BackOff = {
  /** Upper limit of the first delay, which is random. */
  readonly firstMs: number;
  readonly mostMs: number;
  /** Attempts to open a session before its callers get the error. */
  readonly attempts: number;
};

export const BACK_OFF: BackOff = { firstMs: 500, mostMs: 30_000, attempts: 10 };

/**
 * Full jitter: a thousand clients that lost their node at the same instant come back spread over the whole interval.
 */
export const backOff = (attempt: number, random: number, { firstMs, mostMs }: BackOff = BACK_OFF): number =>
  Math.round(random * Math.min(mostMs, firstMs * 2 ** attempt));

/** At least what the server asks for, plus up to a quarter at random. */
export const afterAsked = (askedMs: number, random: number): number => Math.round(askedMs * (1 + random / 4));

/** Retry-After is a number of seconds or a date. */
export const retryAfterMs = (header: string | null, now: number): number | undefined => {
  if (header === null || header.trim() === '') return undefined;
  if (/^\s*\d+\s*$/.test(header)) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
};
