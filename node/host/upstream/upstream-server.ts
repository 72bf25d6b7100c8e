import { createRequire } from 'node:module';
import type { Readable } from 'node:stream';
import type * as undici from 'undici';
import type { RawHeaders } from '../../core/upstream-head.ts';

// The whole of undici takes longer to load than a node itself; this is its client, and one way to ask it.
const require = createRequire(import.meta.url);
const Client = require('undici/lib/dispatcher/client.js') as typeof undici.Client;
const request = require('undici/lib/api/api-request.js') as (
  this: undici.Client,
  options: undici.Dispatcher.RequestOptions,
) => Promise<undici.Dispatcher.ResponseData>;

const CONNECT_MS = 5000;
/** Shorter than any server keeps an idle connection (gunicorn: 2 s): a POST on one that it just closed would be lost. */
const IDLE_MS = 1000;
const MAX_IDLE = 64;
const MAX_HEAD_BYTES = 1 << 20;

export type Asked = {
  readonly method: string;
  readonly path: string;
  readonly headers: RawHeaders;
  readonly body?: AsyncIterable<Uint8Array> | string | undefined;
  readonly signal?: AbortSignal;
};

export type Answer = {
  readonly status: number;
  readonly headers: RawHeaders;
  /** Destroyed: the server's request ends. */
  readonly body: Readable;
};

/** The way to one server: one request at a time on a connection, last used first taken, as many as are needed. */
export class UpstreamServer {
  readonly #origin: string;
  readonly #idle: undici.Client[] = [];
  readonly #all = new Set<undici.Client>();
  /** When it last answered anything, on this clock of ours. */
  lastAnswer = Number.NEGATIVE_INFINITY;

  constructor(origin: string) {
    this.#origin = origin;
  }

  /** Rejects when no answer begins. However long one takes is the server's affair, and the client's. */
  async ask({ method, path, headers, body, signal }: Asked): Promise<Answer> {
    const client = this.#idle.pop() ?? this.#connect();
    const giveBack = (): void => {
      if (this.#idle.length < MAX_IDLE && this.#all.has(client)) this.#idle.push(client);
      else this.#end(client);
    };
    try {
      const options = { method: method as undici.Dispatcher.HttpMethod, path, headers: [...headers] };
      const sent = {
        ...options,
        ...(body !== undefined && { body: body as Readable | string }),
        ...(signal && { signal }),
      };
      const answer = await request.call(client, { ...sent, responseHeaders: 'raw' });
      this.lastAnswer = performance.now();
      answer.body.once('close', giveBack);
      // A connection that breaks later is seen where the body is read.
      answer.body.on('error', () => undefined);
      return { status: answer.statusCode, headers: answer.headers as unknown as string[], body: answer.body };
    } catch (error) {
      this.#end(client);
      throw error;
    }
  }

  close(): void {
    for (const client of this.#all) this.#end(client);
  }

  #connect(): undici.Client {
    const client = new Client(this.#origin, {
      pipelining: 1,
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: IDLE_MS,
      keepAliveMaxTimeout: IDLE_MS,
      maxHeaderSize: MAX_HEAD_BYTES,
      strictContentLength: false,
      connect: { timeout: CONNECT_MS },
    });
    this.#all.add(client);
    return client;
  }

  #end(client: undici.Client): void {
    this.#all.delete(client);
    // Destroying fails only for what is destroyed already.
    client.destroy().catch(() => undefined);
  }
}

/** Nobody listens there: the process that had the sessions in its memory is gone. */
export const isRefused = (error: unknown): boolean => codeOf(error) === 'ECONNREFUSED';

export const codeOf = (error: unknown): string => {
  const { code, errors } = error as { code?: unknown; errors?: readonly { code?: unknown }[] };
  // With two addresses for one name there are as many errors.
  return String(code ?? errors?.[0]?.code ?? 'UNKNOWN');
};
