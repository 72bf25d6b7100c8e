import type { ServerResponse } from 'node:http';
import { Readable, Writable } from 'node:stream';
import type { ReadableStream as WebStream } from 'node:stream/web';
import type { AuthInfo } from '@modelcontextprotocol/sdk/server/auth/types.js';
import { type MountedRequest, mountedRequest, withHead } from './mounted-request.ts';
import type { Route } from './server.ts';

export type FetchGiven = {
  /** What the app's authenticator says about the caller. */
  readonly auth?: AuthInfo | undefined;
  /** The body, if it has already been read. */
  readonly parsedBody?: unknown;
};

export type Fetch = (request: Request, given?: FetchGiven) => Promise<Response>;

/** Runs node:http code on servers that use Request and Response. Rejects when the client leaves first. */
export const fetchBy =
  (route: Route): Fetch =>
  (request, given = {}) =>
    new Promise((resolve, reject) => {
      const req = incoming(request, given);
      const res = new WebAnswer(request.method, { resolve, reject });
      const leave = (): void => {
        req.destroy();
        res.leave(request.signal.reason);
      };
      request.signal.addEventListener('abort', leave);
      res.once('close', () => request.signal.removeEventListener('abort', leave));
      if (request.signal.aborted) return leave();
      void route(req, res as unknown as ServerResponse);
    });

const incoming = (request: Request, { auth, parsedBody }: FetchGiven): MountedRequest => {
  const { host, pathname, search } = new URL(request.url);
  const pairs = [...request.headers];
  // A Request that was not made by a server has neither of them.
  if (!request.headers.has('host')) pairs.push(['host', host]);
  const head = { method: request.method, url: `${pathname}${search}`, pairs, auth };
  if (parsedBody !== undefined || !request.body) return mountedRequest({ ...head, body: parsedBody });
  if (!request.headers.has('content-length')) pairs.push(['transfer-encoding', 'chunked']);
  return withHead(Readable.fromWeb(request.body as WebStream), head);
};

type Outcome = { readonly resolve: (answer: Response) => void; readonly reject: (why: Error) => void };

/** The part of ServerResponse that the node's code uses. */
class WebAnswer extends Writable {
  statusCode = 200;
  headersSent = false;
  sendDate = true;
  readonly socket = null;
  readonly #headers = new Headers();
  readonly #outcome: Outcome;
  readonly #bodiless: boolean;
  #stream: ReadableStreamDefaultController<Uint8Array> | undefined;
  #more: (() => void) | undefined;
  #begun = false;
  #flushed = false;

  constructor(method: string, outcome: Outcome) {
    super({ decodeStrings: true });
    this.#bodiless = method === 'HEAD';
    this.#outcome = outcome;
  }

  setHeader(name: string, value: string | number | readonly string[]): this {
    this.#headers.delete(name);
    for (const one of [value].flat()) this.#headers.append(name, String(one));
    return this;
  }

  appendHeader(name: string, value: string): this {
    this.#headers.append(name, value);
    return this;
  }

  getHeader(name: string): string | undefined {
    return this.#headers.get(name) ?? undefined;
  }

  removeHeader(name: string): void {
    this.#headers.delete(name);
  }

  writeHead(status: number, ...more: readonly unknown[]): this {
    this.statusCode = status;
    this.headersSent = true;
    for (const [name, value] of Object.entries(more.at(-1) ?? {})) this.setHeader(name, value);
    return this;
  }

  /** As with sockets: while data is corked, so is the head. */
  flushHeaders(): void {
    this.#flushed = true;
    if (this.writableCorked === 0) this.#begin();
  }

  override uncork(): void {
    super.uncork();
    if (this.#flushed && this.writableCorked === 0) this.#begin();
  }

  override _write(chunk: Uint8Array, _: string, done: () => void): void {
    this.#begin();
    if (!this.#stream) return done();
    this.#stream.enqueue(chunk);
    if ((this.#stream.desiredSize ?? 0) > 0) return done();
    this.#more = done;
  }

  override _final(done: () => void): void {
    this.#begin();
    this.#stream?.close();
    this.#stream = undefined;
    done();
  }

  /** Nobody reads it any more, so nobody would notice that it was cut off. */
  leave(reason: Error): void {
    this.#outcome.reject(reason);
    if (!this.destroyed) this.#stream?.close();
    this.#stream = undefined;
    this.destroy();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    const why = error ?? new Error('the answer was cut off');
    this.#outcome.reject(why);
    this.#stream?.error(why);
    this.#stream = undefined;
    done(error);
  }

  #begin(): void {
    if (this.#begun) return;
    this.#begun = true;
    this.headersSent = true;
    const bodiless = this.#bodiless || BODILESS.has(this.statusCode);
    const body = bodiless ? null : this.#body();
    try {
      this.#outcome.resolve(new Response(body, { status: this.statusCode, headers: this.#headers }));
    } catch (error) {
      // An upstream server may send any number as its status.
      this.#outcome.reject(error as Error);
      this.destroy();
    }
  }

  #body(): ReadableStream<Uint8Array> {
    return new ReadableStream<Uint8Array>({
      start: (stream) => {
        this.#stream = stream;
      },
      pull: () => {
        const more = this.#more;
        this.#more = undefined;
        more?.();
      },
      cancel: () => {
        this.#stream = undefined;
        this.destroy();
      },
    });
  }
}

/** A Response with one of these must have no body. */
const BODILESS: ReadonlySet<number> = new Set([204, 205, 304]);
