import type { IncomingMessage } from 'node:http';
import { callerId, parseMessages, type RequestId } from '../../core/json-rpc.ts';

/** The server has its own limit; no MCP message is this large. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;
/** How much of a passing body is kept, to find the id for an answer of our own. */
const MAX_COPY_BYTES = 64 * 1024;

export class BodyTooLarge extends Error {
  readonly code = 'BODY_TOO_LARGE';
  constructor(limit: number) {
    super(`Payload Too Large: the body exceeds ${limit} bytes`);
  }
}

/** A request's body in transit: its beginning can be inspected, the rest is streamed. */
export class RequestBody {
  readonly #req: IncomingMessage;
  readonly #rest: AsyncIterator<Buffer>;
  readonly #limit: number;
  readonly #seen: Buffer[] = [];
  #size = 0;
  #over = false;

  constructor(req: IncomingMessage, limit = MAX_BODY_BYTES) {
    this.#req = req;
    this.#limit = limit;
    this.#rest = (req as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  }

  /** Undefined for a request that has none. */
  static of(req: IncomingMessage, limit?: number): RequestBody | undefined {
    const { 'content-length': length = '0', 'transfer-encoding': coding } = req.headers;
    return coding !== undefined || length !== '0' ? new RequestBody(req, limit) : undefined;
  }

  /** All of it, unless it is larger than `most`. Rejects when the client leaves. */
  async peek(most: number): Promise<Buffer | undefined> {
    while (!this.#over && this.#size <= most) await this.#next();
    return this.#size <= most ? Buffer.concat(this.#seen) : undefined;
  }

  /** The inspected part, then the rest. Rejects with BodyTooLarge, and when the client leaves. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    if (Number(this.#req.headers['content-length'] ?? 0) > this.#limit) throw new BodyTooLarge(this.#limit);
    for (const chunk of [...this.#seen]) yield chunk;
    while (!this.#over) {
      const chunk = await this.#next();
      if (chunk !== undefined) yield chunk;
      if (this.#size > MAX_COPY_BYTES) this.#seen.length = 0;
      if (this.#size > this.#limit) throw new BodyTooLarge(this.#limit);
    }
  }

  /** After the body has passed: the id of its request. Null if it was large, or not JSON-RPC. */
  async caller(): Promise<RequestId | null> {
    const copy = await this.peek(MAX_COPY_BYTES).catch(() => undefined);
    const parsed = copy && parseMessages(copy);
    return parsed?.kind === 'messages' ? callerId(parsed.messages) : null;
  }

  /** Discards the rest: on a keep-alive connection the next request follows after its end. */
  discard(): void {
    if (this.#over || this.#req.destroyed) return;
    const rest = async (): Promise<void> => {
      for (; !this.#over && this.#size <= this.#limit; this.#seen.length = 0) await this.#next();
      if (!this.#over) this.#req.destroy();
    };
    rest().catch(() => undefined);
  }

  async #next(): Promise<Buffer | undefined> {
    const { done, value } = await this.#rest.next();
    this.#over = done === true;
    if (done) return undefined;
    this.#size += value.length;
    this.#seen.push(value);
    return value;
  }
}
