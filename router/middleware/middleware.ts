import type { Place } from '../config/place.ts';
import type { HeaderList } from '../request/header-list.ts';
import type { Request } from '../request/request.ts';

/** An answer that the router itself gives. */
export type Reply = { readonly status: number; readonly headers: HeaderList; readonly body: string };

/** The head of the answer on its way to the client; a middleware may change it. */
export type ResponseHead = { status: number; headers: HeaderList };

/** When and how often the forwarding is tried again; the HTTP shell obeys it. */
export type RetryPolicy = {
  readonly attempts: number;
  /** Milliseconds to wait before attempt n (1 is the first repetition). */
  delay(attempt: number): number;
  readonly timeout: number;
  retriesStatus(status: number): boolean;
  readonly onNetworkError: boolean;
  readonly nonIdempotent: boolean;
  readonly maxRequestBodyBytes: number;
};

/** One request's way through the middlewares of its router. */
export type Exchange = {
  readonly request: Request;
  /** Reads the whole body (it is still sent on afterwards), or tells that it is larger than `limit` (-1: none). */
  bufferBody(limit: number): Promise<Buffer | 'too-large'>;
  retry: RetryPolicy | undefined;
  /** The answer is collected first and replaced by a 500 when it is larger; undefined: streamed. */
  maxResponseBodyBytes: number | undefined;
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
};
