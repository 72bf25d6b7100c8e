import { createHash } from 'node:crypto';
import { formatGoDuration } from '../../../shared/traefik/go-duration.ts';
import type { Middleware, Reply } from '../../core/middleware.ts';
import { HeaderList } from '../../core/request/header-list.ts';
import type { Built, ConfigOf } from './built.ts';
import { isFailed } from './built.ts';
import { leaving, type Sleep } from './leaving.ts';
import { errorReply } from './reply.ts';
import { compileSource } from './source.ts';
import { type BucketRate, fullBucket, type TokenBucket, takeToken } from './token-bucket.ts';

/** Traefik's limit. */
const MAX_SOURCES = 65_536;
/** A source can be any header value; longer ones are stored as a hash. */
const LONGEST_SOURCE = 64;

export type Clock = { readonly now: () => number; readonly sleep: Sleep };

export const rateLimit = ({ name, kind, at, ...config }: ConfigOf<'rateLimit'>, clock: Clock): Built => {
  const source = compileSource(config.sourceCriterion, 'ip');
  if (isFailed(source)) return { error: `getting source extractor: ${source.error}` };
  if (config.period < 0) return { error: `negative value not valid for period: ${formatGoDuration(config.period)}` };
  const limit = limitOf(config);
  if (limit === undefined) return { name, kind, at };
  const make = (): Middleware => {
    const buckets = new Buckets(limit);
    return {
      name,
      kind,
      at,
      newInstance: make,
      request: (exchange) => {
        const delay = buckets.take(source.of(exchange.request), clock.now());
        if (delay > limit.maxDelay) return tooMany(delay);
        if (delay === 0) return undefined;
        return clock.sleep(delay, leaving(exchange)).then(goOn, clientLeft);
      },
    };
  };
  return make();
};

const goOn = (): undefined => undefined;

const clientLeft = (): Reply => errorReply(500, 'context canceled');

const tooMany = (delay: number): Reply => ({
  status: 429,
  headers: new HeaderList(['retry-after', String(Math.ceil(delay / 1000)), 'x-retry-in', formatGoDuration(delay)]),
  body: 'Too Many Requests',
});

const limitOf = (config: { average: number; period: number; burst: number }): BucketRate | undefined => {
  if (config.average <= 0) return undefined;
  const rate = config.average / (config.period || 1000);
  const perSecond = rate * 1000;
  // Half the time between two tokens, but never more than half a second.
  return { rate, burst: Math.max(1, config.burst), maxDelay: perSecond < 1 ? 500 : 1000 / (Math.trunc(perSecond) * 2) };
};

/** One bucket for each source. Unused buckets expire, with any debt they had, as in Traefik. */
class Buckets {
  readonly #limit: BucketRate;
  readonly #secondsUnused: number;
  /** Ordered by last use: each use moves a bucket to the end. */
  readonly #bySource = new Map<string, TokenBucket>();

  constructor(limit: BucketRate) {
    this.#limit = limit;
    const perSecond = limit.rate * 1000;
    this.#secondsUnused = perSecond >= 1 ? 2 : 1 + Math.trunc(1 / perSecond);
  }

  take(source: string, now: number): number {
    const key = source.length > LONGEST_SOURCE ? createHash('sha256').update(source).digest('base64') : source;
    this.#forgetUnused(now);
    const bucket = this.#bySource.get(key) ?? this.#newBucket(now);
    this.#bySource.delete(key);
    this.#bySource.set(key, bucket);
    return takeToken(bucket, this.#limit, now);
  }

  #newBucket(now: number): TokenBucket {
    const [oldest] = this.#bySource.size < MAX_SOURCES ? [] : this.#bySource.keys();
    if (oldest !== undefined) this.#bySource.delete(oldest);
    return fullBucket(this.#limit, now);
  }

  /** In whole seconds, as in Traefik, so up to a second early. */
  #forgetUnused(now: number): void {
    for (const [source, bucket] of this.#bySource) {
      if (seconds(now) - seconds(bucket.last) < this.#secondsUnused) return;
      this.#bySource.delete(source);
    }
  }
}

const seconds = (milliseconds: number): number => Math.floor(milliseconds / 1000);
