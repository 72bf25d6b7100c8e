/** As golang.org/x/time/rate: tokens are added continuously, and may be reserved in advance. */
export type TokenBucket = { tokens: number; last: number };

/** Tokens per millisecond. `maxDelay` and the result are milliseconds. */
export type BucketRate = { readonly rate: number; readonly burst: number; readonly maxDelay: number };

export const fullBucket = ({ burst }: BucketRate, now: number): TokenBucket => ({ tokens: burst, last: now });

/** Takes a token and returns how long to wait for it. It is put back when that is longer than `maxDelay`. */
export const takeToken = (bucket: TokenBucket, limit: BucketRate, now: number): number => {
  const passed = Math.max(0, now - bucket.last);
  const tokens = Math.min(limit.burst, bucket.tokens + passed * limit.rate);
  bucket.last = now;
  const delay = tokens >= 1 ? 0 : (1 - tokens) / limit.rate;
  bucket.tokens = delay > limit.maxDelay ? tokens : tokens - 1;
  return delay;
};
