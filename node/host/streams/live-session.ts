import type { SessionId } from '../../../shared/registry/session-id.ts';
import type { EventBuffer } from '../../core/event-buffer.ts';
import type { Message, RequestId } from '../../core/json-rpc.ts';
import type { SeenIds } from '../../core/seen-ids.ts';
import type { Exchange, HostedSession, OpenAnswer, Principal } from '../session-host.ts';
import { GET_STREAM, SessionEvents } from './event-store.ts';

/** A POST: its messages and their original JSON. */
export type Posted = {
  readonly messages: readonly Message[];
  readonly body: unknown;
  readonly bytes: Uint8Array;
  /** The caller, for the tools. */
  readonly auth?: Exchange['auth'];
};

/** The MCP side of a session: the SDK in this process, or a program behind a pipe. It owns the streams. */
export type McpEnd = {
  /** Must prime the stream of a POST with requests synchronously. */
  handle(request: Request, posted?: Posted): Promise<Response>;
  close(): Promise<void>;
};

/** The unanswered requests of one POST, and the stream for their answers. */
export type Call = { readonly requests: Set<RequestId>; stream?: string; answer?: OpenAnswer; cancelled?: true };

export type LiveSessionOptions = {
  readonly id: SessionId;
  /** A date, for the session's record. */
  readonly created: number;
  /** A reading of the clock that ages are measured with. */
  readonly now: number;
  readonly protocol: string;
  readonly buffer: EventBuffer;
  readonly principal: Principal | undefined;
  /** The ids of its requests, if they are checked for repeats. */
  readonly seen?: SeenIds | undefined;
  readonly onCallsChanged: (by: 1 | -1) => void;
  readonly answer: (exchange: Exchange, session: LiveSession) => Promise<void>;
};

/** A session in this process, with its open requests. */
export class LiveSession implements HostedSession {
  readonly id: SessionId;
  readonly created: number;
  /** The negotiated version of MCP; a request's header may be wrong or missing. */
  protocol: string;
  readonly principal: Principal | undefined;
  readonly events: SessionEvents;
  readonly #seen: SeenIds | undefined;
  readonly #onCallsChanged: (by: 1 | -1) => void;
  readonly #answer: LiveSessionOptions['answer'];
  readonly #answers = new Set<OpenAnswer>();
  readonly #byStream = new Map<string, OpenAnswer>();
  readonly #calls = new Map<RequestId, Call>();
  mcp: McpEnd | undefined;
  lastUsed: number;
  #ended = false;

  constructor(options: LiveSessionOptions) {
    const { id, created, now, protocol, principal, buffer, onCallsChanged, answer } = options;
    this.#seen = options.seen;
    this.id = id;
    this.created = created;
    this.protocol = protocol;
    this.principal = principal;
    this.lastUsed = now;
    this.#onCallsChanged = onCallsChanged;
    this.#answer = answer;
    this.events = new SessionEvents(buffer, (request, stream) => this.#answered(request, stream));
  }

  answer(exchange: Exchange): Promise<void> {
    return this.#answer(exchange, this);
  }

  /** How long there was no request and no listener. A call that nobody waits for does not keep a session alive. */
  isIdle(now: number, idleMs: number): boolean {
    return this.#answers.size === 0 && now - this.lastUsed >= idleMs;
  }

  get hasEnded(): boolean {
    return this.#ended;
  }

  inFlight(request: RequestId): boolean {
    return this.#calls.has(request);
  }

  hasHad(request: RequestId): boolean {
    return this.#seen?.has(request) ?? false;
  }

  beginCall(requests: readonly RequestId[]): Call | undefined {
    if (requests.length === 0) return undefined;
    for (const request of requests) this.#seen?.add(request);
    const call: Call = { requests: new Set(requests) };
    for (const request of requests) this.#calls.set(request, call);
    this.#onCallsChanged(1);
    return call;
  }

  /** The SDK refused the POST: none of its requests will be answered. */
  dropCall(call: Call): void {
    for (const request of [...call.requests]) this.#endCall(request, call);
  }

  /** A cancelled request gets no answer, so only this ends its stream. */
  cancel(request: RequestId): void {
    const call = this.#calls.get(request);
    if (!call) return;
    this.#endCall(request, call);
    if (call.requests.size > 0) return;
    call.cancelled = true;
    if (call.stream !== undefined) this.events.buffer.forget(call.stream);
    call.answer?.end();
  }

  hold(answer: OpenAnswer, stream: string | undefined): void {
    this.#answers.add(answer);
    if (stream !== undefined) this.#byStream.set(stream, answer);
  }

  release(answer: OpenAnswer, stream: string | undefined, now: number): void {
    this.lastUsed = now;
    this.#answers.delete(answer);
    if (stream === undefined || this.#byStream.get(stream) !== answer) return;
    this.#byStream.delete(stream);
    if (stream === GET_STREAM) this.events.getStreamEnded();
  }

  carrierOf(stream: string): OpenAnswer | undefined {
    return this.#byStream.get(stream);
  }

  get openAnswers(): ReadonlySet<OpenAnswer> {
    return this.#answers;
  }

  async end(): Promise<void> {
    this.#ended = true;
    for (const [request, call] of [...this.#calls]) this.#endCall(request, call);
    await this.mcp?.close();
  }

  #answered(request: RequestId, stream: string): void {
    const call = this.#calls.get(request);
    if (!call) return;
    this.#endCall(request, call);
    if (call.requests.size === 0) this.events.buffer.finish(stream);
  }

  #endCall(request: RequestId, call: Call): void {
    this.#calls.delete(request);
    if (!call.requests.delete(request) || call.requests.size > 0) return;
    this.#onCallsChanged(-1);
  }
}
