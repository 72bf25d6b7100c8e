import { createRequire } from 'node:module';
import type { Readable } from 'node:stream';
import type * as undici from 'undici';
import type { RawHeaders } from '../../core/upstream-head.ts';

// All of undici takes longer to load than a node itself; this loads only its client and one request function.
const require = createRequire(import.meta.url);
const Client = require('undici/lib/dispatcher/client.js') as typeof undici.Client;
const buildConnector = require('undici/lib/core/connect.js') as typeof undici.buildConnector;
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
  readonly body?: AsyncIterable<Uint8Array> | Uint8Array | string | undefined;
  readonly signal?: AbortSignal;
};

export type Answer = {
  readonly status: number;
  readonly headers: RawHeaders;
  /** Destroyed: the server's request ends. */
  readonly body: Readable;
};

/** The connections to one server: one request at a time on each, most recently used first, as many as are needed. */
export class UpstreamServer {
  readonly #origin: string;
  readonly #idle: undici.Client[] = [];
  readonly #all = new Set<undici.Client>();
  /** When it last answered anything, by our monotonic clock. */
  lastAnswer = Number.NEGATIVE_INFINITY;
  /** It has asked for credentials, or accepted some that name a user. */
  authenticates = false;

  constructor(origin: string) {
    this.#origin = origin;
  }

  /** Rejects when no answer begins. There is no time limit: that is up to the server and the client. */
  async ask(asked: Asked): Promise<Answer> {
    const client = this.#idle.pop() ?? this.#connect();
    const giveBack = (): void => {
      if (this.#idle.length < MAX_IDLE && this.#all.has(client)) this.#idle.push(client);
      else this.#end(client);
    };
    try {
      const answer = await askOn(client, asked);
      this.lastAnswer = performance.now();
      if (answer.status === 401) this.authenticates = true;
      answer.body.once('close', giveBack);
      return answer;
    } catch (error) {
      this.#end(client);
      throw error;
    }
  }

  close(): void {
    for (const client of this.#all) this.#end(client);
  }

  #connect(): undici.Client {
    const client = new Client(this.#origin, { ...settingsOf(IDLE_MS), connect: { timeout: CONNECT_MS } });
    this.#all.add(client);
    return client;
  }

  #end(client: undici.Client): void {
    this.#all.delete(client);
    // Destroying fails only if it is already destroyed.
    client.destroy().catch(() => undefined);
  }
}

const settingsOf = (idleMs: number) => ({
  pipelining: 1,
  headersTimeout: 0,
  bodyTimeout: 0,
  keepAliveTimeout: idleMs,
  keepAliveMaxTimeout: idleMs,
  maxHeaderSize: MAX_HEAD_BYTES,
  strictContentLength: false,
});

/** Rejects when no answer begins. */
export const askOn = async (client: undici.Client, { method, path, headers, body, signal }: Asked): Promise<Answer> => {
  const answer = await request.call(client, {
    method: method as undici.Dispatcher.HttpMethod,
    path,
    headers: [...headers],
    ...(body !== undefined && { body: body as Readable | string }),
    ...(signal && { signal }),
    responseHeaders: 'raw',
  });
  // A connection that breaks later shows up where the body is read.
  answer.body.on('error', () => undefined);
  return { status: answer.statusCode, headers: answer.headers as unknown as string[], body: answer.body };
};

/** A single connection that never reconnects: the peer that was verified is the one that answers. */
export class OneConnection {
  readonly client: undici.Client;
  #used = false;

  constructor(origin: string, { idleMs, connectMs }: { readonly idleMs: number; readonly connectMs: number }) {
    const first = buildConnector({ timeout: connectMs });
    const connect: undici.buildConnector.connector = (options, done) => {
      if (this.#used) return done(new ConnectionUsed(), null);
      this.#used = true;
      first(options, done);
    };
    this.client = new Client(origin, { ...settingsOf(idleMs), connect });
  }
}

/** Nothing of the request has left. */
export class ConnectionUsed extends Error {
  readonly code = 'CONNECTION_USED';
}

/** Nothing listens there: the process that had the sessions in memory is gone. */
export const isRefused = (error: unknown): boolean => codeOf(error) === 'ECONNREFUSED';

export const codeOf = (error: unknown): string => {
  const { code, errors } = error as { code?: unknown; errors?: readonly { code?: unknown }[] };
  // A name with two addresses gives two errors.
  return String(code ?? errors?.[0]?.code ?? 'UNKNOWN');
};
