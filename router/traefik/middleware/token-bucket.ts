/** As golang.org/x/time/rate counts: tokens are added continuously, and may be taken before they are there. */
export type TokenBucket = { tokens: number; last: number };

/** Tokens a millisecond. `maxDelay` and what is returned are milliseconds. */
export type BucketRate = { readonly rate: number; readonly burst: number; readonly maxDelay: number };

export const fullBucket = ({ burst }: BucketRate, now: number): TokenBucket => ({ tokens: burst, last: now });

/** How long to wait for the token that was taken. It is put back when that is longer than `maxDelay`. */
export const takeToken = (bucket: TokenBucket, limit: BucketRate, now: number): number => {
  const passed = Math.max(0, now - bucket.last);
  const tokens = Math.min(limit.burst, bucket.tokens + passed * limit.rate);
  bucket.last = now;
  const delay = tokens >= 1 ? 0 : (1 - tokens) / limit.rate;
  bucket.tokens = delay > limit.maxDelay ? tokens : tokens - 1;
  return delay;
};
