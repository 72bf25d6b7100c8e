import type { Place } from '../../shared/source/place.ts';
import type { HeaderList } from './request/header-list.ts';
import type { Request } from './request/request.ts';

/** An answer that the router itself gives. */
export type Reply = { readonly status: number; readonly headers: HeaderList; readonly body: string | Buffer };

/** The head of the answer on its way to the client; a middleware may change it. */
export type ResponseHead = { status: number; headers: HeaderList };

/**
 * When and how often the forwarding is tried again; the HTTP shell carries it out. The request's method and the size of its
 * body are already considered.
 */
export type RetryPolicy = {
  /** Tries in all, the first included. */
  readonly attempts: number;
  /** Milliseconds to wait before repetition n (1 is the first). */
  delay(repetition: number): number;
  /** Milliseconds since the first try after which its answer stands, whatever it is; 0: never. */
  readonly timeout: number;
  retriesStatus(status: number): boolean;
  /** Only when nothing of the request was sent, whatever its method: the server could not be reached. */
  readonly onNetworkError: boolean;
};

/** One request's way through the middlewares of its router. */
export type Exchange = {
  readonly request: Request;
  /** Reads the whole body (it is still sent on afterwards), or tells that it is larger than `limit` (-1: none). */
  bufferBody(limit: number): Promise<Buffer | 'too-large'>;
  /** `then` runs when the client leaves before its answer is complete. */
  whenLeft(then: () => void): void;
  retry: RetryPolicy | undefined;
  /** The answer is collected first and replaced by a 500 when it is larger; -1: no limit; undefined: streamed. */
  maxResponseBodyBytes: number | undefined;
  /** The server gets no X-Forwarded-For: the peer's address is not added to it either. */
  omitForwardedFor: boolean;
  /** Who the client is, for the access log. */
  username: string | undefined;
  /** How many of the middlewares the request has passed; kept by run.ts. */
  ran: number;
};

/**
 * A compiled middleware: its configuration is validated, its regular expressions are built.
 * `request` runs in the router's order, `response` and `finish` in reverse, and only for those whose `request` ran.
 */
export type Middleware = {
  readonly name: string;
  readonly kind: string;
  readonly at: Place;
  /** An answer ends the way here. Only those that must ask somebody else or wait return a promise. */
  request?(exchange: Exchange): Reply | undefined | Promise<Reply | undefined>;
  response?(exchange: Exchange, head: ResponseHead): void;
  /** The exchange is over, however it ended. Runs exactly once. */
  finish?(exchange: Exchange): void;
  /** Set when it counts something: Traefik makes a middleware anew for each place where a router uses it. */
  anew?(): Middleware;
};

/** Each place where a router uses a middleware counts for itself: two routers do not share a rate limit. */
export const anew = (list: readonly Middleware[]): Middleware[] => list.map((one) => one.anew?.() ?? one);
