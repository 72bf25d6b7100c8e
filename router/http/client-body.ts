import type { IncomingMessage } from 'node:http';

/** The body of a request. It is read once: whole, by a middleware, or on its way to the server. */
export class ClientBody {
  readonly #req: IncomingMessage;
  /** Nothing, a stream that nobody has read, or bytes in hand. */
  #state: undefined | 'stream' | Buffer;
  #bytesSent = 0;
  /** Tells a client that waits for it to send the body. */
  #ask: (() => void) | undefined;

  constructor(req: IncomingMessage, ask?: () => void) {
    this.#req = req;
    this.#ask = ask;
    this.#state = hasBody(req) ? 'stream' : undefined;
  }

  get isEmpty(): boolean {
    return this.#state === undefined;
  }

  /** Nobody has read it yet. */
  get isUnread(): boolean {
    return this.#state === 'stream';
  }

  /** What a middleware read whole does not count. */
  get bytesSent(): number {
    return this.#bytesSent;
  }

  /** As in Go, when it is wanted: a request that is refused is not asked for its body. */
  ask(): void {
    this.#ask?.();
    this.#ask = undefined;
  }

  async readWhole(limit: number): Promise<Buffer | 'too-large'> {
    if (this.#state === undefined) return Buffer.alloc(0);
    if (this.#state !== 'stream') return this.#state;
    const declared = Number(this.#req.headers['content-length'] ?? 0);
    if (limit >= 0 && declared > limit) return 'too-large';
    this.ask();
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of this.#chunks()) {
      size += chunk.length;
      if (limit >= 0 && size > limit) return 'too-large';
      chunks.push(chunk);
    }
    this.#state = Buffer.concat(chunks);
    return this.#state;
  }

  toSend(): Buffer | AsyncIterable<Buffer> | null {
    if (this.#state === undefined) return null;
    if (this.#state !== 'stream') return this.#state;
    const req = this.#req;
    if (!req.complete || req.headers['content-length'] === undefined) return this.#counted();
    this.ask();
    this.#state = (req.read() as Buffer | null) ?? Buffer.alloc(0);
    this.#bytesSent = this.#state.length;
    return this.#state;
  }

  /** Read only when there is a connection to write it to. */
  async *#counted(): AsyncGenerator<Buffer> {
    this.ask();
    for await (const chunk of this.#chunks()) {
      this.#bytesSent += chunk.length;
      yield chunk;
    }
  }

  /** A server that answers early must not end the request. */
  #chunks(): AsyncIterable<Buffer> {
    return this.#req.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  }
}

const hasBody = (req: IncomingMessage): boolean => {
  const { headers } = req;
  if (headers['transfer-encoding'] !== undefined) return true;
  const length = headers['content-length'];
  if (length !== undefined) return length !== '0';
  // HTTP/2 needs neither header: there the stream itself knows whether it ended with its head.
  return req.httpVersionMajor === 2 && !(req as { stream?: { endAfterHeaders?: boolean } }).stream?.endAfterHeaders;
};
