/** How long to wait, from an attempt and a random number: nothing here reads a clock or throws dice. */

export type BackOff = {
  /** The first wait is chance times this. */
  readonly firstMs: number;
  readonly mostMs: number;
  /** How often a session is tried to open before its callers are told. */
  readonly attempts: number;
};

export const BACK_OFF: BackOff = { firstMs: 500, mostMs: 30_000, attempts: 10 };

/**
 * All of the wait is chance, none of it is fixed: a thousand clients that lost their node in the same instant come back
 * spread over the whole time.
 */
export const backOff = (attempt: number, random: number, { firstMs, mostMs }: BackOff = BACK_OFF): number =>
  Math.round(random * Math.min(mostMs, firstMs * 2 ** attempt));

/** What a server asks for is the least to wait; on top comes a quarter of it by chance. */
export const afterAsked = (askedMs: number, random: number): number => Math.round(askedMs * (1 + random / 4));

/** Retry-After is seconds or a date. */
export const retryAfterMs = (header: string | null, now: number): number | undefined => {
  if (header === null || header.trim() === '') return undefined;
  if (/^\s*\d+\s*$/.test(header)) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
};
