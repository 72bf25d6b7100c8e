import { createRequire } from 'node:module';
import type * as undici from 'undici';
import type { ServersTransportConfig } from '../core/model.ts';

// All of undici (fetch, caches, websockets) takes longer to load than the router itself; this is only its client.
const Client = createRequire(import.meta.url)('undici/lib/dispatcher/client.js') as typeof undici.Client;
type Client = undici.Client;

/** Traefik keeps this many idle connections to a server when the transport sets no number. */
const DEFAULT_MAX_IDLE = 200;
/** Go's limit for a response head is 10 MiB; we use the same limit as for requests. */
const MAX_RESPONSE_HEAD = 1 << 20;

/** `reused` distinguishes a stale keep-alive connection from a server that closes every connection. */
export type Connection = { readonly client: Client; reused: boolean };

/**
 * The connections to one server: one request at a time on each, last used taken first, no limit on their number.
 * undici's own pool scans all its connections for a free one, which is slow with many open event streams.
 */
export class Upstream {
  readonly #origin: string;
  readonly #options: ConstructorParameters<typeof Client>[1];
  readonly #maxIdle: number;
  readonly #idle: Connection[] = [];
  readonly #busy = new Set<Connection>();
  #closed = false;

  constructor(origin: string, transport: ServersTransportConfig, tls: { ca?: string[] }) {
    this.#origin = origin;
    this.#maxIdle = transport.maxIdleConnsPerHost === 0 ? DEFAULT_MAX_IDLE : Math.max(0, transport.maxIdleConnsPerHost);
    const idle = transport.idleConnTimeout || 2 ** 31 - 1;
    this.#options = {
      pipelining: 1,
      headersTimeout: transport.responseHeaderTimeout,
      bodyTimeout: 0,
      keepAliveTimeout: idle,
      keepAliveMaxTimeout: idle,
      // Traefik ignores a server's `Keep-Alive: timeout=`; a value far below zero makes undici ignore it too.
      keepAliveTimeoutThreshold: -1e9,
      maxHeaderSize: MAX_RESPONSE_HEAD,
      strictContentLength: false,
      connect: {
        timeout: transport.dialTimeout,
        rejectUnauthorized: !transport.insecureSkipVerify,
        ...(transport.serverName && { servername: transport.serverName }),
        ...tls,
      },
    };
  }

  take(): Connection {
    const connection = this.#idle.pop() ?? this.#open();
    this.#busy.add(connection);
    return connection;
  }

  /** A new connection, for the retry after a stale one. */
  takeFresh(): Connection {
    const connection = this.#open();
    this.#busy.add(connection);
    return connection;
  }

  giveBack(connection: Connection): void {
    this.#busy.delete(connection);
    if (this.#closed || this.#idle.length >= this.#maxIdle || connection.client.destroyed) return end(connection);
    connection.reused = true;
    this.#idle.push(connection);
  }

  /** Ends the connection and any request on it. */
  drop(connection: Connection): void {
    this.#busy.delete(connection);
    end(connection);
  }

  /** Idle connections end now, busy ones when their request does. */
  close(): void {
    this.#closed = true;
    for (const connection of this.#idle.splice(0)) end(connection);
  }

  /** Ends all connections now. */
  destroy(): void {
    this.close();
    for (const connection of this.#busy) end(connection);
  }

  #open(): Connection {
    const client = new Client(this.#origin, this.#options);
    const connection: Connection = { client, reused: false };
    client.on('disconnect', () => this.#forget(connection));
    return connection;
  }

  /** The server closed an idle connection. */
  #forget(connection: Connection): void {
    connection.reused = false;
    const at = this.#idle.indexOf(connection);
    if (at < 0) return;
    this.#idle.splice(at, 1);
    end(connection);
  }
}

const end = (connection: Connection): void => {
  // Only fails if it is already destroyed.
  connection.client.destroy().catch(() => {});
};
