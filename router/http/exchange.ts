import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Decision } from '../core/decide.ts';
import type { Exchange, Middleware, RetryPolicy } from '../core/middleware.ts';
import type { HeaderList } from '../core/request/header-list.ts';
import type { Request } from '../core/request/request.ts';
import type { Route, RoutingTable } from '../core/table/table.ts';
import { isHttp2 } from './http2.ts';
import { type TlsFacts, tlsFactsOf } from './tls-facts.ts';

/** What the client's body is by now: nothing, a stream that nobody has read, or bytes in hand. */
export type Body = undefined | 'stream' | Buffer;

const NO_MIDDLEWARES: readonly Middleware[] = [];

/**
 * One request and its answer from the first byte to the last: the one mutable thing on its way through the router.
 * Its `request` is what the routing core sees; the rest is for the shell and, when it is over, for the record.
 */
export class HttpExchange implements Exchange {
  readonly entryPoint: string;
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly request: Request;
  /** Path and query before any middleware changes them. */
  readonly asked: string;
  /** The table that was in force when the request came; a reload meanwhile does not touch it. */
  readonly table: RoutingTable;
  readonly startedAt = Date.now();
  readonly started = performance.now();
  /** Set for a websocket handshake: the bare connection and what already came after the head. */
  readonly upgrade: { readonly socket: Duplex; readonly head: Buffer } | undefined;
  /** Told of errors that nobody expected. */
  readonly unexpected: (error: unknown) => void;

  /** What the record says of its connection. */
  readonly tls: TlsFacts | undefined;

  body: Body;
  retry: RetryPolicy | undefined = undefined;
  maxResponseBodyBytes: number | undefined = undefined;
  omitForwardedFor = false;
  username: string | undefined = undefined;

  route: Route | undefined = undefined;
  middlewares = NO_MIDDLEWARES;
  ran = 0;
  decision: Decision | undefined = undefined;
  attempts = 0;
  /** Ends what is under way for a client that has left. */
  cancel: (() => void) | undefined = undefined;

  reason = '';
  originStarted = 0;
  originDuration = 0;
  originStatus = 0;
  originHeaders: HeaderList | undefined = undefined;
  responseHeaders: HeaderList | undefined = undefined;
  requestBytes = 0;
  responseBytes = 0;

  /** Set when it is over: whether the whole answer went out. */
  whole: boolean | undefined = undefined;
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
    this.body = hasBody(from.req) ? 'stream' : undefined;
  }

  /** Whether the client is still there and still waits for (more of) its answer. */
  get open(): boolean {
    return this.whole === undefined && !this.res.writableEnded && !hasReset(this.res);
  }

  async bufferBody(limit: number): Promise<Buffer | 'too-large'> {
    if (this.body === undefined) return Buffer.alloc(0);
    if (this.body !== 'stream') return this.body;
    const declared = Number(this.req.headers['content-length'] ?? 0);
    if (limit >= 0 && declared > limit) return 'too-large';
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of this.req.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (limit >= 0 && size > limit) return 'too-large';
      chunks.push(chunk);
    }
    this.body = Buffer.concat(chunks);
    return this.body;
  }

  /** `then` runs when the client leaves before its answer is complete. */
  whenLeft(then: () => void): void {
    this.#leaving.push(then);
  }

  /** Told once, when the answer has gone out whole or will not any more. */
  ended(whole: boolean): void {
    this.whole = whole;
    if (!whole) for (const then of this.#leaving) then();
  }
}

/** A stream may be gone before its request is here: both came at once, and the end of it is told later. */
const hasReset = (res: ServerResponse): boolean => isHttp2(res) && res.stream.destroyed;

const targetOf = ({ path, query }: Request): string => (query === undefined ? path : `${path}?${query}`);

const hasBody = (req: IncomingMessage): boolean => {
  const { headers } = req;
  if (headers['transfer-encoding'] !== undefined) return true;
  const length = headers['content-length'];
  if (length !== undefined) return length !== '0';
  // HTTP/2 needs neither header: there the stream itself knows whether it ended with its head.
  return req.httpVersionMajor === 2 && !(req as { stream?: { endAfterHeaders?: boolean } }).stream?.endAfterHeaders;
};
