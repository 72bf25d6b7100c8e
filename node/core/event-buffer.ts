import { BoundedQueue, type QueueLimits } from './bounded-queue.ts';
import { MAX_BYTES } from './json-bounds.ts';

/** A message that was sent, or would have been sent if its stream had been open. */
type Kept = { readonly stream: Stream; readonly seq: number; readonly data: string; readonly otherwise?: string };

type Stream = {
  readonly name: string;
  readonly number: number;
  last: number;
  /** How many of its messages are kept. */
  kept: number;
  /** The newest event of the stream that was dropped. */
  lost: number;
  finished: boolean;
};

export type Replay = {
  readonly stream: string;
  readonly events: readonly { readonly id: string; readonly data: string }[];
  /** The number of events dropped after the given one; a message takes their place. */
  readonly gap: number;
};

export type EventLimits = { readonly maxEvents: number; readonly maxBytes: number };

/** Answers get their own limit: as many as events, and one may be as large as a request. */
const ANSWERS: QueueLimits = { maxItems: 256, maxBytes: MAX_BYTES };
/** An answer that is too large, or was evicted by later ones, is replaced by an error of about 200 bytes. */
const ENDINGS: QueueLimits = { maxItems: 1000, maxBytes: 256 * 1024 };

/**
 * The last events of one session, over all its streams, so that a client that lost a stream can resume it. An id is
 * `<tag>-<stream>-<number>`: the tag rejects ids of other sessions, and numbers are compared as numbers.
 */
export class EventBuffer {
  readonly #tag: string;
  readonly #limits: EventLimits;
  readonly #byName = new Map<string, Stream>();
  readonly #byNumber = new Map<number, Stream>();
  readonly #events: BoundedQueue<Kept>;
  readonly #answers = new BoundedQueue<Kept>(ANSWERS, sizeOf);
  readonly #endings = new BoundedQueue<Kept>(ENDINGS, sizeOf);
  #streams = 0;

  constructor(tag: string, limits: EventLimits) {
    this.#tag = tag;
    this.#limits = limits;
    this.#events = new BoundedQueue({ maxItems: limits.maxEvents, maxBytes: limits.maxBytes }, sizeOf);
  }

  /** The new event's id. Without data it is only a position to resume from. */
  append(name: string, data?: string): string {
    const { stream, seq } = this.#next(name);
    if (data === undefined) return this.#id(stream, seq);
    stream.kept++;
    for (const event of this.#events.push({ stream, seq, data })) this.#lose(event);
    return this.#id(stream, seq);
  }

  /** A call's answer is kept separately, so events never evict it. If it is not kept, `otherwise` ends the call. */
  answer(name: string, { data, otherwise }: { readonly data: string; readonly otherwise: string }): string {
    const { stream, seq } = this.#next(name);
    stream.kept++;
    for (const answer of this.#answers.push({ stream, seq, data, otherwise }))
      for (const ending of this.#endings.push({ ...answer, data: answer.otherwise as string })) this.#release(ending);
    return this.#id(stream, seq);
  }

  /** The id of the position after all events so far. */
  here(name: string): string {
    const stream = this.#byName.get(name) ?? this.#begin(name);
    return this.#id(stream, stream.last);
  }

  streamOf(eventId: string): string | undefined {
    return this.#parse(eventId)?.stream.name;
  }

  after(eventId: string): Replay | undefined {
    const from = this.#parse(eventId);
    if (!from) return undefined;
    const { stream } = from;
    const rest = [...this.#endings, ...this.#answers, ...this.#events].filter(
      (kept) => kept.stream === stream && kept.seq > from.seq,
    );
    const gap = Math.max(0, stream.lost - from.seq) - rest.filter(({ seq }) => seq <= stream.lost).length;
    // With the id of the last missing event: a client that resumes after it is not told again.
    if (gap > 0) rest.push({ stream, seq: stream.lost, data: gapNote(gap, this.#limits) });
    const events = rest.sort((a, b) => a.seq - b.seq).map(({ seq, data }) => ({ id: this.#id(stream, seq), data }));
    return { stream: stream.name, events, gap };
  }

  /** The stream is complete; it is forgotten together with its last message. */
  finish(name: string): void {
    const stream = this.#byName.get(name);
    if (!stream) return;
    stream.finished = true;
    if (stream.kept === 0) this.forget(name);
  }

  isFinished(name: string): boolean {
    return this.#byName.get(name)?.finished ?? false;
  }

  forget(name: string): void {
    const stream = this.#byName.get(name);
    if (!stream) return;
    this.#byName.delete(name);
    this.#byNumber.delete(stream.number);
  }

  #begin(name: string): Stream {
    const stream: Stream = { name, number: this.#streams++, last: 0, kept: 0, lost: 0, finished: false };
    this.#byName.set(name, stream);
    this.#byNumber.set(stream.number, stream);
    return stream;
  }

  #next(name: string): { stream: Stream; seq: number } {
    const stream = this.#byName.get(name) ?? this.#begin(name);
    return { stream, seq: ++stream.last };
  }

  #lose(event: Kept): void {
    event.stream.lost = event.seq;
    this.#release(event);
  }

  #release({ stream }: Kept): void {
    stream.kept--;
    if (stream.kept === 0 && stream.finished) this.forget(stream.name);
  }

  #id(stream: Stream, seq: number): string {
    return `${this.#tag}-${stream.number}-${seq}`;
  }

  #parse(eventId: string): { stream: Stream; seq: number } | undefined {
    const [, tag, number, seq] = /^([0-9a-z]{1,32})-(\d{1,15})-(\d{1,15})$/.exec(eventId) ?? [];
    const stream = tag === this.#tag ? this.#byNumber.get(Number(number)) : undefined;
    return stream && Number(seq) <= stream.last ? { stream, seq: Number(seq) } : undefined;
  }
}

const sizeOf = ({ data }: Kept): number => data.length;

/** An MCP log message: every client accepts it, and people see it. */
const gapNote = (gap: number, { maxEvents, maxBytes }: EventLimits): string => {
  const data = `${gap} events of this stream are lost: a session keeps its last ${maxEvents} events, up to ${maxBytes} bytes`;
  return JSON.stringify({
    jsonrpc: '2.0',
    method: 'notifications/message',
    params: { level: 'warning', logger: 'mooring', data },
  });
};
