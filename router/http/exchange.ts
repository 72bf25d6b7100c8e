import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Decision, reasonOf } from '../core/decide.ts';
import type { Exchange, Middleware, RetryPolicy } from '../core/middleware.ts';
import type { HeaderList } from '../core/request/header-list.ts';
import type { Request } from '../core/request/request.ts';
import type { Route, RoutingTable } from '../core/table/table.ts';
import type { ClientBody } from './client-body.ts';
import { isHttp2 } from './http2.ts';
import { OriginFacts } from './origin-facts.ts';
import { type TlsFacts, tlsFactsOf } from './tls-facts.ts';

const NO_MIDDLEWARES: readonly Middleware[] = [];

/**
 * One request and its answer, from arrival to record. Middlewares see it as an `Exchange` and write only the fields of
 * that type. Every other change is a method, named after the step that makes it.
 */
export class HttpExchange implements Exchange {
  readonly entryPoint: string;
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly request: Request;
  /** Path and query before any middleware changes them. */
  readonly asked: string;
  /** The table in force when the request arrived. A later reload does not affect this request. */
  readonly table: RoutingTable;
  readonly startedAt = Date.now();
  readonly started = performance.now();
  /** Set for a websocket handshake: the bare connection, and the bytes that followed the head. */
  readonly upgrade: { readonly socket: Duplex; readonly head: Buffer } | undefined;
  /** Takes errors that nobody expected. */
  readonly unexpected: (error: unknown) => void;
  readonly tls: TlsFacts | undefined;
  readonly body: ClientBody;
  /** The server's part, filled by forward.ts, attempt.ts and upgrade.ts. */
  readonly origin = new OriginFacts();

  // The fields that middlewares write; `Exchange` says what they mean.
  retry: RetryPolicy | undefined = undefined;
  maxResponseBodyBytes: number | undefined = undefined;
  omitForwardedFor = false;
  username: string | undefined = undefined;
  ran = 0;

  #route: Route | undefined = undefined;
  #decision: Decision | undefined = undefined;
  #reason = '';
  #retries = 0;
  #cancel: (() => void) | undefined = undefined;
  #responseHeaders: HeaderList | undefined = undefined;
  #responseBytes = 0;
  #whole: boolean | undefined = undefined;
  readonly #leaving: (() => void)[] = [];

  constructor(from: {
    entryPoint: string;
    req: IncomingMessage;
    res: ServerResponse;
    request: Request;
    table: RoutingTable;
    upgrade?: HttpExchange['upgrade'];
    unexpected: (error: unknown) => void;
    body: ClientBody;
  }) {
    this.entryPoint = from.entryPoint;
    this.req = from.req;
    this.res = from.res;
    this.request = from.request;
    this.asked = targetOf(from.request);
    this.table = from.table;
    this.upgrade = from.upgrade;
    this.unexpected = from.unexpected;
    this.tls = from.request.tls ? tlsFactsOf(from.req) : undefined;
    this.body = from.body;
  }

  /** Whether the client is still there and still waits for (more of) its answer. */
  get open(): boolean {
    return this.#whole === undefined && !this.res.writableEnded && !hasReset(this.res);
  }

  get route(): Route | undefined {
    return this.#route;
  }

  get middlewares(): readonly Middleware[] {
    return this.#route?.middlewares ?? NO_MIDDLEWARES;
  }

  get decision(): Decision | undefined {
    return this.#decision;
  }

  get reason(): string {
    return this.#reason;
  }

  /** How many times the request was retried. */
  get retries(): number {
    return this.#retries;
  }

  get responseHeaders(): HeaderList | undefined {
    return this.#responseHeaders;
  }

  get responseBytes(): number {
    return this.#responseBytes;
  }

  /** Whether the whole answer went out; undefined until the exchange is over. */
  get whole(): boolean | undefined {
    return this.#whole;
  }

  bufferBody(limit: number): Promise<Buffer | 'too-large'> {
    return this.body.readWhole(limit);
  }

  whenLeft(then: () => void): void {
    this.#leaving.push(then);
  }

  /** By handle.ts, once. */
  routeFound(route: Route | undefined): void {
    this.#route = route;
  }

  /** By handle.ts, before the first attempt. Also sets the reason. */
  decided(decision: Decision): void {
    this.#decision = decision;
    this.#reason = reasonOf(decision);
  }

  /** By forward.ts, before each retry; returns its number. */
  retrying(): number {
    return ++this.#retries;
  }

  /** By forward.ts, for a retry. The reason stays that of the first decision. */
  decidedAgain(decision: Decision): void {
    this.#decision = decision;
  }

  /** By whoever answers instead of the server, or sees its response break. */
  because(reason: string): void {
    this.#reason = reason;
  }

  /** By forward.ts and upgrade.ts: `cancel` ends the attempt, or the wait for it, if the client leaves. */
  waitingFor(cancel: () => void): void {
    this.#cancel = cancel;
  }

  /** By attempt.ts: the attempt has ended by itself. */
  tryEnded(): void {
    this.#cancel = undefined;
    this.origin.finish();
  }

  /** By answer.ts, with the head as sent. */
  headSent(headers: HeaderList): void {
    this.#responseHeaders = headers;
  }

  /** By whoever writes a part of the body. */
  bytesSent(count: number): void {
    this.#responseBytes += count;
  }

  /** By handle.ts, once: the response is complete, or never will be. */
  ended(whole: boolean): void {
    this.#whole = whole;
    if (whole) return;
    this.#cancel?.();
    for (const then of this.#leaving) then();
  }
}

/** An HTTP/2 stream may be reset before its request is handled; its `close` event comes later. */
const hasReset = (res: ServerResponse): boolean => isHttp2(res) && res.stream.destroyed;

const targetOf = ({ path, query }: Request): string => (query === undefined ? path : `${path}?${query}`);
