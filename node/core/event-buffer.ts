/** A message that was sent, or would have been had its stream been open. */
type Kept = { readonly stream: Stream; readonly seq: number; readonly data: string };

type Stream = {
  readonly name: string;
  readonly number: number;
  /** Of its events: how many are kept, and the newest that is not. */
  kept: number;
  lost: number;
  finished: boolean;
};

export type Replay = {
  readonly stream: string;
  readonly events: readonly { readonly id: string; readonly data: string }[];
  /** Events between the one named and the first of these have been dropped. */
  readonly gap: boolean;
};

export type EventLimits = { readonly maxEvents: number; readonly maxBytes: number };

/**
 * The last events of one session, over all its streams, so that a client that lost a stream can have the rest of it.
 * An id is `<tag>-<stream>-<number>`: the tag keeps the ids of other sessions out, and numbers compare as numbers.
 */
export class EventBuffer {
  readonly #tag: string;
  readonly #limits: EventLimits;
  readonly #byName = new Map<string, Stream>();
  readonly #byNumber = new Map<number, Stream>();
  #kept: Kept[] = [];
  #bytes = 0;
  #lastSeq = 0;
  #streams = 0;

  constructor(tag: string, limits: EventLimits) {
    this.#tag = tag;
    this.#limits = limits;
  }

  /** The new event's id. Without data it is only a place to resume from. */
  append(name: string, data?: string): string {
    const stream = this.#byName.get(name) ?? this.#begin(name);
    const seq = ++this.#lastSeq;
    if (data !== undefined) this.#keep({ stream, seq, data });
    return this.#id(stream, seq);
  }

  /** The id of a place after all events so far. */
  here(name: string): string {
    return this.#id(this.#byName.get(name) ?? this.#begin(name), this.#lastSeq);
  }

  streamOf(eventId: string): string | undefined {
    return this.#parse(eventId)?.stream.name;
  }

  after(eventId: string): Replay | undefined {
    const from = this.#parse(eventId);
    if (!from) return undefined;
    const rest = this.#kept.filter(({ stream, seq }) => stream === from.stream && seq > from.seq);
    const events = rest.map(({ stream, seq, data }) => ({ id: this.#id(stream, seq), data }));
    return { stream: from.stream.name, events, gap: from.stream.lost > from.seq };
  }

  /** Nothing more will come on this stream; it is forgotten with its last event. */
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
    const stream: Stream = { name, number: this.#streams++, kept: 0, lost: 0, finished: false };
    this.#byName.set(name, stream);
    this.#byNumber.set(stream.number, stream);
    return stream;
  }

  #keep(event: Kept): void {
    this.#kept.push(event);
    this.#bytes += event.data.length;
    event.stream.kept++;
    let drop = 0;
    while (this.#kept.length - drop > this.#limits.maxEvents || this.#bytes > this.#limits.maxBytes)
      this.#lose(this.#kept[drop++] as Kept);
    if (drop > 0) this.#kept = this.#kept.slice(drop);
  }

  #lose({ stream, seq, data }: Kept): void {
    this.#bytes -= data.length;
    stream.lost = seq;
    stream.kept--;
    if (stream.kept === 0 && stream.finished) this.forget(stream.name);
  }

  #id(stream: Stream, seq: number): string {
    return `${this.#tag}-${stream.number}-${seq}`;
  }

  #parse(eventId: string): { stream: Stream; seq: number } | undefined {
    const [, tag, number, seq] = /^([0-9a-z]{1,32})-(\d{1,15})-(\d{1,15})$/.exec(eventId) ?? [];
    const stream = tag === this.#tag ? this.#byNumber.get(Number(number)) : undefined;
    return stream && Number(seq) <= this.#lastSeq ? { stream, seq: Number(seq) } : undefined;
  }
}
