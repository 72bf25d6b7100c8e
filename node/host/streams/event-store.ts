import type { EventBuffer } from '../../core/event-buffer.ts';
import { type RequestId, SERVER_ERROR } from '../../core/json-rpc.ts';

/** The SDK's own name for the stream that a plain GET opens; event-store.test.ts checks it. */
export const GET_STREAM = '_GET_stream';

/** As the SDK writes it. */
export const eventText = ({ id, data }: { readonly id: string; readonly data: string }): string =>
  `event: message\nid: ${id}\ndata: ${data}\n\n`;

type Json = { readonly id?: unknown; readonly method?: unknown; readonly jsonrpc?: unknown };

export type Answered = (request: RequestId, stream: string) => void;

/** The SDK's EventStore over the session's buffer. */
export class SessionEvents {
  readonly #buffer: EventBuffer;
  readonly #onAnswer: Answered;
  #primed: string | undefined;
  // Events that no GET stream carried: a client that reconnects without Last-Event-ID has missed them.
  #resumeGetFrom: string;

  constructor(buffer: EventBuffer, onAnswer: Answered) {
    this.#buffer = buffer;
    this.#onAnswer = onAnswer;
    this.#resumeGetFrom = buffer.here(GET_STREAM);
  }

  async storeEvent(stream: string, message: object): Promise<string> {
    const { jsonrpc, id, method } = message as Json;
    // The SDK primes a stream with an empty message, so that a client can resume it before its first event.
    if (jsonrpc === undefined) return this.prime(stream);
    return this.keep(stream, { id, method }, JSON.stringify(message));
  }

  /** Stores a message as written and returns its event id. */
  keep(stream: string, { id, method }: Json, data: string): string {
    if (method !== undefined || id === undefined) return this.#buffer.append(stream, data);
    const answer = this.#buffer.answer(stream, { data, otherwise: answerLost(id as RequestId) });
    this.#onAnswer(id as RequestId, stream);
    return answer;
  }

  prime(stream: string): string {
    this.#primed = stream;
    return this.#buffer.append(stream);
  }

  async getStreamIdForEventId(event: string): Promise<string | undefined> {
    return this.#buffer.streamOf(event);
  }

  /**
   * Synchronous from the first event to the last: an event stored in between would be neither in the replay nor on the
   * stream that the SDK opens right after it.
   */
  async replayEventsAfter<Sent>(
    lastEvent: string,
    { send }: { send: (event: string, message: Sent) => Promise<void> },
  ): Promise<string> {
    const replay = this.#buffer.after(lastEvent);
    if (!replay) return '';
    for (const { id, data } of replay.events) void send(id, JSON.parse(data) as Sent);
    return replay.stream;
  }

  /** The stream that was primed since the last call: the stream of the POST just passed to the SDK. */
  takePrimed(): string | undefined {
    const stream = this.#primed;
    this.#primed = undefined;
    return stream;
  }

  get resumeGetFrom(): string {
    return this.#resumeGetFrom;
  }

  /** The GET stream has carried all events up to now. */
  getStreamEnded(): void {
    this.#resumeGetFrom = this.#buffer.here(GET_STREAM);
  }

  get buffer(): EventBuffer {
    return this.#buffer;
  }
}

const LOST =
  'The answer is lost: the call ran, its stream broke, and the answer was not kept until the client came back.';

/** Replaces an answer that is no longer kept: without it the client would wait until its own timeout. */
const answerLost = (id: RequestId): string =>
  JSON.stringify({ jsonrpc: '2.0', id, error: { code: SERVER_ERROR, message: LOST, data: { reason: 'answer-lost' } } });
