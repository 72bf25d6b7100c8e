import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { ListToolsResult } from '@modelcontextprotocol/sdk/types.js';
import { BACK_OFF, type BackOff, backOff } from './back-off.ts';
import { cookieFetch, type FetchLike } from './cookie-fetch.ts';
import { AnswerLost, classifyFailure, mayReplay, type Safety, type ToolHints } from './failure.ts';
import { patientFetch } from './patient-fetch.ts';
import type { ClientEvent, ResilientOptions } from './resilient-options.ts';
import { type Gone, type Sent, SessionLink, sending } from './session-link.ts';

type CallParams = Parameters<Client['callTool']>[0];
type CallOptions = Parameters<Client['callTool']>[2];
type CallResult = Awaited<ReturnType<Client['callTool']>>;
type ListParams = Parameters<Client['listTools']>[0];

type Task<T> = {
  readonly what: string;
  readonly safety: () => Promise<Safety> | Safety;
  readonly signal?: AbortSignal | undefined;
  run(client: Client): Promise<T>;
};

const READ: Safety = { kind: 'read' };

/** An MCP client that survives the loss of its session: it opens a new one and repeats what is safe to repeat. */
export class ResilientClient {
  readonly #options: ResilientOptions;
  readonly #backOff: BackOff;
  readonly #fetch: FetchLike;
  readonly #closing = new AbortController();
  /** The current session, or the one being opened; all calls wait for the same one. */
  #link: Promise<SessionLink> | undefined;
  /** Links that close() must end. */
  readonly #links = new Set<SessionLink>();
  #current: SessionLink | undefined;
  #hints: ReadonlyMap<string, ToolHints> | undefined;

  constructor(options: ResilientOptions) {
    this.#options = options;
    this.#backOff = { ...BACK_OFF, ...options.backOff };
    this.#fetch = patientFetch({
      fetch: options.fetch ?? cookieFetch(),
      random: this.#random,
      now: Date.now,
      wait: async (ms, signal) => this.#wait(ms, signal),
      onWait: (wait) => this.#emit({ kind: 'waiting', ...wait }),
      backOff: this.#backOff,
    });
  }

  async connect(): Promise<void> {
    this.#link ??= this.#openFirst();
    await this.#link;
  }

  /** The SDK's current Client; a new session has a new one. */
  get client(): Client {
    if (this.#current === undefined) throw new Error('there is no session yet: await connect() first');
    return this.#current.client;
  }

  get session(): string | undefined {
    return this.#current?.session;
  }

  callTool(params: CallParams, options?: CallOptions): Promise<CallResult> {
    return this.#do({
      what: `tools/call ${params.name}`,
      safety: async () => ({ kind: 'tool', hints: await this.#hintsOf(params.name) }),
      signal: options?.signal,
      run: (client) => client.callTool(params, undefined, options),
    });
  }

  listTools(params?: ListParams): Promise<ListToolsResult> {
    return this.read('tools/list', (client) => client.listTools(params));
  }

  /** Any other request that is safe to repeat: lists, reads, ping, completion. */
  read<T>(what: string, run: (client: Client) => Promise<T>): Promise<T> {
    return this.#do({ what, safety: () => READ, run });
  }

  /** Any other request that may only be repeated if it never ran. */
  once<T>(what: string, run: (client: Client) => Promise<T>): Promise<T> {
    return this.#do({ what, safety: () => ({ kind: 'tool', hints: undefined }), run });
  }

  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort(new Error('the client is closed'));
    const current = this.#current;
    await Promise.all(
      [...this.#links].map((link) => (link === current && !link.retired ? link.end() : link.abandon())),
    );
    // A session that is still being opened closes itself.
    await this.#link?.catch(() => undefined);
    this.#emit({ kind: 'closed' });
  }

  readonly #random = (): number => (this.#options.random ?? Math.random)();

  #emit(event: ClientEvent): void {
    this.#options.onEvent?.(event);
  }

  async #do<T>(task: Task<T>): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      const link = await this.#ready();
      const sent: Sent = { status: undefined };
      try {
        return await sending.run(sent, () => task.run(link.client));
      } catch (error) {
        await this.#recover(task, { error, link, sent, attempt });
      }
    }
  }

  /** Returns if the request should be sent again; throws if not. */
  async #recover<T>(
    { what, safety, signal }: Task<T>,
    { error, link, sent, attempt }: { error: unknown; link: SessionLink; sent: Sent; attempt: number },
  ): Promise<void> {
    this.#closing.signal.throwIfAborted();
    const { retired } = link;
    const failure = classifyFailure({ error, status: sent.status, retired, aborted: signal?.aborted === true });
    if (failure.kind === 'answered' || attempt + 1 >= this.#backOff.attempts) throw error;
    if (failure.kind === 'gone') this.#reopen(link);
    const verdict = mayReplay(failure, failure.kind === 'lost' ? await safety() : READ);
    if (!verdict.again) {
      this.#emit({ kind: 'lost', what });
      throw new AnswerLost(what, error);
    }
    // Opening a session has its own delays.
    if (failure.kind !== 'gone' && !retired) await this.#pause(attempt, `${what}: ${messageOf(error)}`, signal);
    this.#emit({ kind: 'replayed', what, why: verdict.why });
  }

  #ready(): Promise<SessionLink> {
    this.#closing.signal.throwIfAborted();
    this.#link ??= this.#openAgain();
    return this.#link;
  }

  /** Runs once, for the first call that notices. */
  #reopen(link: SessionLink): void {
    if (link !== this.#current || link.retired) return;
    this.#link = this.#openAgain();
    // Calls that wait for the session get the error; the next call tries again.
    this.#link.catch(() => undefined);
    void link.retire().finally(() => this.#links.delete(link));
  }

  async #openFirst(): Promise<SessionLink> {
    try {
      const link = await this.#open();
      this.#emit({ kind: 'opened', session: link.session });
      return link;
    } catch (error) {
      this.#link = undefined;
      throw error;
    }
  }

  async #openAgain(): Promise<SessionLink> {
    this.#hints = undefined;
    for (let attempt = 0; ; attempt++) {
      await this.#pause(attempt, attempt === 0 ? 'the session is gone' : 'no new session yet');
      try {
        const link = await this.#open(this.#options.onReopened);
        this.#emit({ kind: 'reopened', session: link.session, attempts: attempt + 1 });
        return link;
      } catch (error) {
        if (attempt + 1 < this.#backOff.attempts && !this.#closing.signal.aborted) continue;
        this.#link = undefined;
        throw error;
      }
    }
  }

  async #open(greet?: ResilientOptions['onReopened']): Promise<SessionLink> {
    const link: SessionLink = new SessionLink({
      url: this.#options.url,
      info: this.#options.info ?? { name: 'mooring-client', version: '1' },
      capabilities: this.#options.capabilities ?? {},
      fetch: this.#fetch,
      random: this.#random,
      prepare: this.#options.prepare ?? (() => undefined),
      onGone: (lost, gone) => this.#lost(lost, gone),
    });
    this.#links.add(link);
    try {
      await link.open();
      await greet?.(link.client);
      this.#closing.signal.throwIfAborted();
    } catch (error) {
      await link.end();
      this.#links.delete(link);
      throw error;
    }
    this.#current = link;
    return link;
  }

  #lost(link: SessionLink, gone: Gone): void {
    if (link !== this.#current || link.retired || this.#closing.signal.aborted) return;
    this.#emit({ kind: 'gone', ...gone });
    this.#reopen(link);
  }

  async #hintsOf(tool: string): Promise<ToolHints | undefined> {
    // A tool without known hints counts as one with side effects.
    this.#hints ??= await this.read('tools/list', listHints).catch(() => undefined);
    return this.#hints?.get(tool);
  }

  async #pause(attempt: number, why: string, signal?: AbortSignal): Promise<void> {
    const ms = backOff(attempt, this.#random(), this.#backOff);
    this.#emit({ kind: 'waiting', ms, why });
    await this.#wait(ms, signal);
  }

  async #wait(ms: number, signal?: AbortSignal): Promise<void> {
    const signals = [this.#closing.signal, ...(signal ? [signal] : [])];
    await sleep(ms, undefined, { signal: AbortSignal.any(signals) }).catch((error) => {
      this.#closing.signal.throwIfAborted();
      throw error;
    });
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const listHints = async (client: Client): Promise<ReadonlyMap<string, ToolHints>> => {
  const hints = new Map<string, ToolHints>();
  let cursor: string | undefined;
  do {
    const page = await client.listTools(cursor === undefined ? {} : { cursor });
    for (const { name, annotations } of page.tools) hints.set(name, annotations ?? {});
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return hints;
};
