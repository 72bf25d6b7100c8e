import { AsyncLocalStorage } from 'node:async_hooks';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { ClientCapabilities, Implementation } from '@modelcontextprotocol/sdk/types.js';
import { jsonObject } from '../json-object.ts';
import type { FetchLike } from './cookie-fetch.ts';

/** The outcome of one call's own request: the SDK's errors do not show whether a 404 was its own or another call's. */
export type Sent = { status: number | undefined };

export const sending = new AsyncLocalStorage<Sent>();

export type Gone = { readonly session: string; readonly at: string; readonly reason: string };

export type LinkOptions = {
  readonly url: string;
  readonly info: Implementation;
  readonly capabilities: ClientCapabilities;
  readonly fetch: FetchLike;
  /** Spreads the reconnects of clients that lost the same node. */
  readonly random: () => number;
  readonly prepare: (client: Client) => void;
  readonly onGone: (link: SessionLink, gone: Gone) => void;
};

const STREAM = { least: 500, spread: 1000, most: 30_000, growth: 1.5, attempts: 5 };
/** A DELETE without an answer is given up: the node ends the session itself when it is idle. */
const GOODBYE_MS = 2000;

/** One session: a Client and its transport, which the SDK cannot reuse for another one. */
export class SessionLink {
  readonly client: Client;
  readonly transport: StreamableHTTPClientTransport;
  retired = false;
  readonly #options: LinkOptions;
  readonly #pending = new Set<Promise<unknown>>();

  constructor(options: LinkOptions) {
    this.#options = options;
    this.client = new Client(options.info, { capabilities: options.capabilities });
    this.transport = new StreamableHTTPClientTransport(new URL(options.url), {
      fetch: (url, init) => this.#watch(url, init),
      reconnectionOptions: {
        initialReconnectionDelay: STREAM.least + options.random() * STREAM.spread,
        maxReconnectionDelay: STREAM.most,
        reconnectionDelayGrowFactor: STREAM.growth,
        maxRetries: STREAM.attempts,
      },
    });
    options.prepare(this.client);
  }

  get session(): string | undefined {
    return this.transport.sessionId;
  }

  async open(): Promise<void> {
    // The SDK's types contradict each other under exactOptionalPropertyTypes.
    await this.client.connect(this.transport as Transport);
  }

  /** The session is gone: requests that wait for a response head may still get it; then everything else is aborted. */
  async retire(): Promise<void> {
    this.retired = true;
    while (this.#pending.size > 0) await Promise.allSettled(this.#pending);
    await this.abandon();
  }

  async abandon(): Promise<void> {
    this.retired = true;
    // Until connect succeeds, the Client does not know the transport.
    await this.transport.close();
    await this.client.close();
  }

  async end(): Promise<void> {
    const over = new AbortController();
    const patience = new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, GOODBYE_MS);
      over.signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
    });
    // The outcome does not matter.
    await Promise.race([this.transport.terminateSession().catch(() => undefined), patience]);
    over.abort();
    await this.abandon();
  }

  async #watch(url: string | URL, init: RequestInit = {}): Promise<Response> {
    const method = init.method ?? 'GET';
    const sent = method === 'POST' ? sending.getStore() : undefined;
    const session = new Headers(init.headers).get('mcp-session-id');
    const asked = this.#options.fetch(url, init);
    // A GET is not counted: its head may take any time.
    if (method === 'POST') {
      this.#pending.add(asked);
      void asked.catch(() => undefined).finally(() => this.#pending.delete(asked));
    }
    const response = await asked;
    if (sent !== undefined) sent.status = response.status;
    if (response.status !== 404 || session === null || method === 'DELETE') return response;
    const text = await response.text();
    this.#options.onGone(this, { session, at: method, reason: reasonOf(text) });
    return new Response(text, response);
  }
}

/** Our nodes give the reason in error.data; other servers do not. */
const reasonOf = (text: string): string => {
  const { error } = (jsonObject(text) ?? {}) as { error?: { data?: { reason?: unknown } } };
  return typeof error?.data?.reason === 'string' ? error.data.reason : 'not told';
};
