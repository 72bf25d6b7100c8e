import type { EventBuffer } from '../../core/event-buffer.ts';
import type { RequestId } from '../../core/json-rpc.ts';

/** The SDK's own name of the stream that a plain GET opens; event-store.test.ts holds it to that. */
export const GET_STREAM = '_GET_stream';

type Json = { readonly id?: unknown; readonly method?: unknown; readonly jsonrpc?: unknown };

export type Answered = (request: RequestId, stream: string) => void;

/** The SDK's EventStore over the session's buffer. */
export class SessionEvents {
  readonly #buffer: EventBuffer;
  readonly #onAnswer: Answered;
  #primed: string | undefined;
  // Events that no GET stream carried: what a client that reconnects without Last-Event-ID has missed.
  #resumeGetFrom: string;

  constructor(buffer: EventBuffer, onAnswer: Answered) {
    this.#buffer = buffer;
    this.#onAnswer = onAnswer;
    this.#resumeGetFrom = buffer.here(GET_STREAM);
  }

  async storeEvent(stream: string, message: object): Promise<string> {
    const { jsonrpc, id, method } = message as Json;
    // The SDK primes a stream with an empty message, so that a client can resume it before its first event.
    if (jsonrpc === undefined) {
      this.#primed = stream;
      return this.#buffer.append(stream);
    }
    const event = this.#buffer.append(stream, JSON.stringify(message));
    if (method === undefined && id !== undefined) this.#onAnswer(id as RequestId, stream);
    return event;
  }

  async getStreamIdForEventId(event: string): Promise<string | undefined> {
    return this.#buffer.streamOf(event);
  }

  /**
   * Without a pause from the first event to the last: an event stored in between would be neither in the replay
   * nor on the stream, which the SDK opens right after it.
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

  /** The stream that was primed since the last call: that of the POST that has just been handed to the SDK. */
  takePrimed(): string | undefined {
    const stream = this.#primed;
    this.#primed = undefined;
    return stream;
  }

  get resumeGetFrom(): string {
    return this.#resumeGetFrom;
  }

  /** The GET stream has carried everything up to here. */
  getStreamEnded(): void {
    this.#resumeGetFrom = this.#buffer.here(GET_STREAM);
  }

  get buffer(): EventBuffer {
    return this.#buffer;
  }
}
