import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Decision, reasonOf } from '../core/decide.ts';
import type { Exchange, Middleware, RetryPolicy } from '../core/middleware.ts';
import type { HeaderList } from '../core/request/header-list.ts';
import type { Request } from '../core/request/request.ts';
import type { Route, RoutingTable } from '../core/table/table.ts';
import { ClientBody } from './client-body.ts';
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
    this.body = new ClientBody(from.req);
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

  /** How many times the forwarding was repeated. */
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

  /** handle.ts, once. */
  routeFound(route: Route | undefined): void {
    this.#route = route;
  }

  /** handle.ts, before the first try; it gives the reason of the record. */
  decided(decision: Decision): void {
    this.#decision = decision;
    this.#reason = reasonOf(decision);
  }

  /** forward.ts, before each further try; returns which one it is. The reason stays that of the first decision. */
  retrying(): number {
    return ++this.#retries;
  }

  decidedAgain(decision: Decision): void {
    this.#decision = decision;
  }

  /** Whoever answers in place of the server, or sees its answer break. */
  because(reason: string): void {
    this.#reason = reason;
  }

  /** forward.ts and upgrade.ts: `cancel` ends the try, or the wait for it, if the client leaves. */
  waitingFor(cancel: () => void): void {
    this.#cancel = cancel;
  }

  /** attempt.ts: the try has ended by itself. */
  tryEnded(): void {
    this.#cancel = undefined;
    this.origin.finish();
  }

  /** answer.ts, with the head as it goes out. */
  headSent(headers: HeaderList): void {
    this.#responseHeaders = headers;
  }

  /** Whoever writes a piece of the body. */
  bytesSent(count: number): void {
    this.#responseBytes += count;
  }

  /** handle.ts, once: the answer has gone out whole, or it never will. */
  ended(whole: boolean): void {
    this.#whole = whole;
    if (whole) return;
    this.#cancel?.();
    for (const then of this.#leaving) then();
  }
}

/** A stream may be gone before its request is here: both came at once, and the end of it is reported later. */
const hasReset = (res: ServerResponse): boolean => isHttp2(res) && res.stream.destroyed;

const targetOf = ({ path, query }: Request): string => (query === undefined ? path : `${path}?${query}`);
