import type { Dispatcher } from 'undici';
import { connectionNames, isHopByHop } from '../core/request/forwarded.ts';
import { HeaderList } from '../core/request/header-list.ts';
import { answer, cut, sendHead } from './answer.ts';
import type { HttpExchange } from './exchange.ts';
import { sendInterim } from './interim-response.ts';
import { mayRetry } from './retry.ts';
import type { Connection, Upstream } from './upstream.ts';

/** Why an attempt produced no response for the client: an error before its head, or a status to retry on. */
export type NoAnswer =
  /** `sent`: the server may have received the request, or part of it. */
  | { readonly kind: 'error'; readonly error: Error; readonly sent: boolean; readonly began: boolean }
  | { readonly kind: 'status' };

/** A body up to this size is written together with the head. */
const SMALL = 8192;

/** One attempt at one server: turns undici's events into the response for the client. */
export class Attempt implements Dispatcher.DispatchHandler {
  readonly #x: HttpExchange;
  readonly #upstream: Upstream;
  readonly #connection: Connection;
  readonly #noAnswer: (why: NoAnswer) => void;
  #resume: () => void = nothing;
  /** The first chunk, if it came with the head: if it is the whole body, head and body go out in one write. */
  #sent = false;
  /** The server has started to respond, so an error is now about its response, not the connection. */
  #began = false;
  #fresh = true;
  #held: Buffer | undefined = undefined;
  #mode: 'waiting' | 'streaming' | 'collecting' | 'discarding' = 'waiting';
  #collected: { status: number; headers: HeaderList; chunks: Buffer[]; size: number } | undefined;

  constructor(x: HttpExchange, upstream: Upstream, connection: Connection, noAnswer: (why: NoAnswer) => void) {
    this.#x = x;
    this.#upstream = upstream;
    this.#connection = connection;
    this.#noAnswer = noAnswer;
  }

  onConnect(abort: (error?: Error) => void): void {
    this.#sent = true;
    if (!this.#x.open) abort();
  }

  onResponseStarted(): void {
    this.#began = true;
  }

  onHeaders(status: number, raw: Buffer[], resume: () => void): boolean {
    const x = this.#x;
    // Neither undici nor Go accepts such a status.
    if (status < 100) throw new Error(`status ${status}`);
    if (status < 200) {
      if (x.request.protocol !== 'HTTP/1.0') sendInterim(x.res, status, responseHeaderList(raw, { trailers: false }));
      return true;
    }
    this.#resume = resume;
    const headers = responseHeaderList(raw, { trailers: carriesTrailers(x, status) });
    x.origin.answered(status, headers);
    if (x.decision?.kind === 'forward') x.decision.choice.answered(x.origin.elapsed);
    if (x.retry?.retriesStatus(status) && mayRetry(x)) {
      this.#mode = 'discarding';
      return true;
    }
    if (x.maxResponseBodyBytes !== undefined) {
      this.#mode = 'collecting';
      this.#collected = { status, headers, chunks: [], size: 0 };
      return true;
    }
    this.#mode = 'streaming';
    sendHead(x, status, headers);
    // The head of an event stream must not wait for the first event.
    process.nextTick(release, this);
    return true;
  }

  onData(chunk: Buffer): boolean {
    const x = this.#x;
    if (this.#mode === 'discarding') return true;
    if (this.#mode === 'collecting') return this.#collect(chunk);
    x.bytesSent(chunk.length);
    if (this.#fresh && this.#held === undefined && chunk.length <= SMALL) {
      this.#held = chunk;
      return true;
    }
    this.release();
    if (x.res.write(chunk)) return true;
    x.res.once('drain', this.#resume);
    return false;
  }

  /** Sends what was held back until the end of the tick in which the head arrived. */
  release(): void {
    this.#fresh = false;
    const { res } = this.#x;
    if (res.writableEnded || res.destroyed) return;
    const held = this.#held;
    this.#held = undefined;
    if (held !== undefined) res.write(held.toString('latin1'), 'latin1');
    else if (!res.headersSent || res.writableLength === 0) res.flushHeaders();
  }

  onComplete(trailers: string[] | null): void {
    const x = this.#x;
    x.tryEnded();
    this.#upstream.giveBack(this.#connection);
    if (this.#mode === 'discarding') return this.#noAnswer({ kind: 'status' });
    if (this.#mode === 'collecting') return this.#answerCollected();
    if (trailers !== null && trailers.length > 0 && x.responseHeaders?.has('trailer')) addTrailers(x, trailers);
    if (this.#held !== undefined) x.res.end(this.#held.toString('latin1'), 'latin1');
    else x.res.end();
  }

  onError(error: Error): void {
    const x = this.#x;
    x.tryEnded();
    this.#upstream.drop(this.#connection);
    if (!x.res.headersSent) return this.#noAnswer({ kind: 'error', error, sent: this.#sent, began: this.#began });
    x.because('server-died');
    // Data already written should reach the client before it sees the connection break.
    setImmediate(cut, x.res);
  }

  #collect(chunk: Buffer): boolean {
    const collected = this.#collected!;
    collected.size += chunk.length;
    const limit = this.#x.maxResponseBodyBytes ?? -1;
    if (limit < 0 || collected.size <= limit) {
      collected.chunks.push(chunk);
      return true;
    }
    this.#mode = 'discarding';
    this.#upstream.drop(this.#connection);
    answer(this.#x, { status: 500, headers: new HeaderList(), body: 'Internal Server Error' });
    return false;
  }

  #answerCollected(): void {
    const { status, headers, chunks } = this.#collected!;
    headers.delete('content-length');
    answer(this.#x, { status, headers, body: Buffer.concat(chunks) });
  }
}

const nothing = (): void => {};

const release = (attempt: Attempt): void => attempt.release();

const carriesTrailers = (x: HttpExchange, status: number): boolean =>
  x.request.method !== 'HEAD' && status !== 204 && status !== 304 && x.request.protocol !== 'HTTP/1.0';

/** undici's raw pairs without the hop-by-hop headers. */
const responseHeaderList = (raw: Buffer[], keep: { trailers: boolean }): HeaderList => {
  const flat: string[] = [];
  const connection: string[] = [];
  let sized = false;
  let chunked = false;
  let trailer: string | undefined;
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i]!.toString('latin1').toLowerCase();
    const value = raw[i + 1]!.toString('latin1');
    if (name === 'connection') connection.push(value);
    else if (name === 'trailer') trailer = value;
    else if (name === 'transfer-encoding') {
      if (chunked || value.toLowerCase() !== 'chunked') throw new Error(`transfer coding ${value}`);
      chunked = true;
    }
    if (isHopByHop(name)) continue;
    sized ||= name === 'content-length';
    flat.push(name, value);
  }
  const list = new HeaderList(flat);
  if (connection.length > 0) list.deleteAll(connectionNames(connection));
  // Trailers need a chunked body; Node refuses a head with both Trailer and Content-Length.
  if (keep.trailers && trailer !== undefined && !sized) list.add('trailer', trailer);
  return list;
};

const addTrailers = (x: HttpExchange, trailers: readonly (string | Buffer)[]): void => {
  const named: Record<string, string> = {};
  for (let i = 0; i < trailers.length; i += 2) named[String(trailers[i])] = String(trailers[i + 1]);
  x.res.addTrailers(named);
};
