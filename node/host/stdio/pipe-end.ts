import type { Line } from '../../../shared/lines.ts';
import type { Log } from '../../../shared/log.ts';
import { isRequest, type Message, messagesOfLine, type RequestId } from '../../core/json-rpc.ts';
import { PipeRoutes } from '../../core/pipe-routes.ts';
import { PRIMING_SINCE, RETRY_MS, supportedVersions } from '../../mcp/protocol.ts';
import { brief } from '../../sessions/session-table.ts';
import { cancelledBy } from '../streams/answer-session.ts';
import { eventText, GET_STREAM } from '../streams/event-store.ts';
import type { LiveSession, McpEnd, Posted } from '../streams/live-session.ts';
import type { Connecting } from '../streams/start-session.ts';
import { BUSY, ENDED, NOT_BEGUN, refusal } from './answers.ts';
import { type Child, type ChildOptions, LONGEST_LINE } from './child.ts';
import { lineOf } from './line-of.ts';
import { SseStreams } from './sse-streams.ts';
import { Unread } from './unread.ts';

export type PipeEndOptions = Connecting & {
  readonly start: (listener: Pick<ChildOptions, 'onLine' | 'onError' | 'onOver'>) => Child;
  readonly startMs: number;
  readonly now: () => number;
  readonly log: Log;
};

/** The outcome of initialize. */
export type Begun = 'taken' | 'refused' | 'over';

/** A session's streams, and the program that serves all of them through one pipe. */
export class PipeEnd implements McpEnd {
  readonly begun: Promise<Begun>;
  /** Neither its program nor any descendant of it is left. */
  readonly gone: Promise<void>;
  readonly #options: PipeEndOptions;
  readonly #session: LiveSession;
  readonly #child: Child;
  readonly #streams = new SseStreams();
  readonly #routes = new PipeRoutes({ get: GET_STREAM, isOpen: (stream) => this.#streams.isOpen(stream) });
  readonly #unread: Unread;
  readonly #deadline: NodeJS.Timeout;
  #resolve: (begun: Begun) => void = () => undefined;
  /** The request of initialize, until it is answered. */
  #opening: RequestId | undefined;
  #over = false;
  #posts = 0;

  constructor(options: PipeEndOptions) {
    const { session, start, startMs, now } = options;
    this.#options = options;
    this.#session = session;
    this.#unread = new Unread(now);
    this.begun = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    this.#child = start({
      onLine: (line) => this.#read(line),
      onError: (line) => this.#readError(line),
      onOver: (how) => this.#die(how),
    });
    this.gone = this.#child.gone;
    this.#deadline = setTimeout(() => this.#die(`did not answer initialize in ${startMs} ms`), startMs);
  }

  async handle(request: Request, posted?: Posted): Promise<Response> {
    // This can only be initialize: a session that has ended passes nothing on.
    if (this.#over) return refusal(NOT_BEGUN, posted);
    if (posted === undefined) return this.#listen(request.headers.get('last-event-id') ?? '');
    if (!this.#child.write(lineOf(posted))) return refusal(BUSY, posted);
    for (const cancelled of cancelledBy(posted.messages)) this.#routes.forget(cancelled);
    const requests = posted.messages.filter(isRequest);
    if (requests.length === 0) return new Response(null, { status: 202 });
    const stream = `post-${this.#posts++}`;
    const primed = this.#session.events.prime(stream);
    this.#routes.begin(stream, requests);
    const body = this.#streams.open(stream);
    const opening = requests.find(({ method }) => method === 'initialize');
    if (opening) return this.#initialize(body, posted, opening.id);
    if (this.#session.protocol >= PRIMING_SINCE)
      this.#streams.send(stream, `id: ${primed}\nretry: ${RETRY_MS}\ndata: \n\n`);
    return this.#eventStream(body);
  }

  /** Writes to every open stream, so that a client that has vanished is noticed. */
  probe(): void {
    this.#streams.probe();
  }

  async close(): Promise<void> {
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#deadline);
    this.#resolve('over');
    this.#child.end();
    this.#streams.closeAll();
  }

  /** Holds the answer until the server has said whether there is a session. */
  async #initialize(body: ReadableStream<Uint8Array>, posted: Posted, request: RequestId): Promise<Response> {
    this.#opening = request;
    const begun = await this.begun;
    if (begun === 'over') return refusal(NOT_BEGUN, posted);
    if (begun === 'refused') return this.#eventStream(body, {});
    await this.#options.onInitialized();
    if (this.#over) void this.#options.onClosed('died');
    return this.#eventStream(body);
  }

  #listen(from: string): Response {
    const { buffer } = this.#session.events;
    const stream = buffer.streamOf(from) ?? GET_STREAM;
    const body = this.#streams.open(stream);
    const missed = buffer.after(from)?.events ?? [];
    if (missed.length > 0) this.#streams.send(stream, missed.map(eventText).join(''));
    return this.#eventStream(body);
  }

  #eventStream(
    body: ReadableStream<Uint8Array>,
    named: Readonly<Record<string, string>> = { 'mcp-session-id': this.#session.id },
  ): Response {
    return new Response(body, { headers: { ...EVENT_STREAM, ...named } });
  }

  #read({ text, whole }: Line): void {
    if (this.#over) return;
    if (!whole) return this.#die(`wrote a line of more than ${LONGEST_LINE} characters`);
    const messages = messagesOfLine(text);
    if (typeof messages === 'string') return this.#die(`wrote ${messages}`);
    if (messages) return messages.forEach(({ message, data }) => void this.#take(message, data));
    this.#options.log.debug({ ...this.#named(), line: text.slice(0, 200) }, 'a line that is not a message');
    this.#count(text);
  }

  #readError(line: string): void {
    if (this.#over) return;
    this.#unread.keep(line);
    this.#options.log.debug({ ...this.#named(), line }, 'standard error of the server');
    this.#count(line);
  }

  #take(message: Message, data: string): void {
    if (message.method === undefined && message.id !== undefined && message.id === this.#opening) this.#begin(message);
    const route = this.#routes.routeOf(message);
    if (route.kind === 'nobody') return this.#count(data);
    const { stream } = route;
    const id = this.#session.events.keep(stream, message, data);
    if (!this.#streams.send(stream, eventText({ id, data }))) this.#count(data);
    if (route.kind === 'answer' && route.last) this.#streams.close(stream);
  }

  #begin(answer: Message & { readonly result?: { readonly protocolVersion?: unknown } }): void {
    this.#opening = undefined;
    clearTimeout(this.#deadline);
    const protocol = supportedVersions.find((version) => version === answer.result?.protocolVersion);
    if (protocol !== undefined) this.#session.protocol = protocol;
    this.#resolve(answer.result === undefined ? 'refused' : 'taken');
  }

  #count(text: string): void {
    const much = this.#unread.count(text);
    if (much !== undefined) this.#die(much);
  }

  #die(how: string): void {
    if (this.#over) return;
    this.#options.log.warn(
      { ...this.#named(), how, lastLines: this.#unread.lastLines },
      `the server of a session ${how}`,
    );
    this.#resolve('over');
    for (const id of this.#routes.waiting()) this.#take({ jsonrpc: '2.0', id }, ended(id));
    void this.close();
    void this.#options.onClosed('died');
  }

  #named(): { readonly session: string } {
    return { session: brief(this.#session.id) };
  }
}

const ended = (id: RequestId): string => JSON.stringify({ jsonrpc: '2.0', id, error: ENDED });

const EVENT_STREAM = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
};
