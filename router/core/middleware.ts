import type { Place } from '../../shared/source/place.ts';
import type { HeaderList } from './request/header-list.ts';
import type { Request } from './request/request.ts';

/** A response made by the router itself. */
export type Reply = { readonly status: number; readonly headers: HeaderList; readonly body: string | Buffer };

/** The response head on its way to the client; a middleware may change it. */
export type ResponseHead = { status: number; headers: HeaderList };

/**
 * When and how often a request is retried; router/http does it. The method and the size of the body are already taken
 * into account.
 */
export type RetryPolicy = {
  /** Including the first one. */
  readonly attempts: number;
  /** Milliseconds to wait before repetition n (1 is the first). */
  delay(repetition: number): number;
  /** Milliseconds after the first attempt; later than that nothing is retried. 0: no limit. */
  readonly timeout: number;
  retriesStatus(status: number): boolean;
  /** Retry, whatever the method, when the server could not be reached and so nothing was sent. */
  readonly onNetworkError: boolean;
};

/** One request's way through the middlewares of its router. */
export type Exchange = {
  readonly request: Request;
  /** Reads the whole body; it is still forwarded afterwards. `limit` -1: none. */
  bufferBody(limit: number): Promise<Buffer | 'too-large'>;
  /** `then` runs when the client leaves before its answer is complete. */
  whenLeft(then: () => void): void;
  retry: RetryPolicy | undefined;
  /** The response is buffered, and replaced by a 500 when it is larger. -1: no limit; undefined: streamed. */
  maxResponseBodyBytes: number | undefined;
  /** The server gets no X-Forwarded-For at all, not even the peer's address. */
  omitForwardedFor: boolean;
  /** Who the client is, for the access log. */
  username: string | undefined;
  /** How many middlewares the request has passed; maintained by run.ts. */
  ran: number;
};

/**
 * A compiled middleware: configuration validated, regular expressions built.
 * `request` runs in the router's order, `response` and `finish` in reverse, and only for those whose `request` ran.
 */
export type Middleware = {
  readonly name: string;
  readonly kind: string;
  readonly at: Place;
  /** A reply stops the chain. Only middlewares that wait for something return a promise. */
  request?(exchange: Exchange): Reply | undefined | Promise<Reply | undefined>;
  response?(exchange: Exchange, head: ResponseHead): void;
  /** Runs exactly once when the exchange ends, however it ends. */
  finish?(exchange: Exchange): void;
  /** Set when it has state: like Traefik, each use of a middleware by a router gets its own instance. */
  newInstance?(): Middleware;
};

/** Separate instances for each use: two routers do not share a rate limit. */
export const ownInstances = (all: readonly Middleware[]): Middleware[] => all.map((one) => one.newInstance?.() ?? one);
