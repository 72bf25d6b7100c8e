/** Handwritten HTTP/2 over TLS: frames that no client library sends. */
import { once } from 'node:events';
import net from 'node:net';
import type { TLSSocket } from 'node:tls';
import { overTls } from '../../../../router/parity/raw-client.ts';

export const TYPE = {
  data: 0,
  headers: 1,
  priority: 2,
  reset: 3,
  settings: 4,
  push: 5,
  ping: 6,
  goaway: 7,
  window: 8,
  continuation: 9,
} as const;
export const END_STREAM = 1;
export const END_HEADERS = 4;
const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';

export type Frame = {
  readonly type: number;
  readonly flags?: number;
  readonly stream?: number;
  readonly payload?: Buffer;
};

export const frame = ({ type, flags = 0, stream = 0, payload = Buffer.alloc(0) }: Frame): Buffer => {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
};

export const word = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
};

/** Literals without an index: nothing is compressed, so that every byte arrives as written. */
export const fields = (list: readonly (readonly [string, string])[]): Buffer =>
  Buffer.concat(list.flatMap(([name, value]) => [Buffer.from([0]), text(name), text(value)]));

const text = (value: string): Buffer => {
  const bytes = Buffer.from(value, 'latin1');
  return Buffer.concat([lengthOf(bytes.length), bytes]);
};

/** An integer with a prefix of seven bits (RFC 7541, 5.1). */
const lengthOf = (length: number): Buffer => {
  if (length < 127) return Buffer.from([length]);
  const bytes = [127];
  let rest = length - 127;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Buffer.from([...bytes, rest]);
};

export const request = (more: readonly (readonly [string, string])[] = [], method = 'GET'): Buffer =>
  fields([[':method', method], [':path', '/a'], [':scheme', 'https'], [':authority', 'l'], ...more]);

export class Http2Wire {
  closed = false;
  readonly #socket: TLSSocket;
  #wake = (): void => undefined;

  private constructor(socket: TLSSocket) {
    this.#socket = socket;
    const over = (): void => {
      this.closed = true;
      this.#wake();
    };
    socket.on('error', over).on('end', over).on('close', over);
    socket.on('drain', () => this.#wake());
  }

  /** `reads`: reads the answers; otherwise they stay in buffers. */
  static async open(port: number, address: string, reads: boolean): Promise<Http2Wire> {
    const socket = overTls(net.connect({ port, host: '127.0.0.1', localAddress: address, noDelay: true }), 'h2');
    await once(socket, 'secureConnect');
    const wire = new Http2Wire(socket);
    if (reads) socket.resume();
    socket.write(Buffer.concat([Buffer.from(PREFACE), frame({ type: TYPE.settings })]));
    return wire;
  }

  /** Waits until there is room again, the other side has closed, or it has read nothing for a while. */
  async send(bytes: Buffer): Promise<void> {
    if (this.closed || this.#socket.write(bytes)) return;
    await this.#event(STUCK_MS);
    if (this.#socket.writableLength > MAX_BUFFERED) this.closed = true;
  }

  async quiet(ms: number): Promise<void> {
    if (!this.closed) await this.#event(ms);
  }

  /** Resolves when there is room, or at the end. */
  async #event(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  leave(): void {
    this.#socket.destroy();
  }
}

const STUCK_MS = 500;
/** A side with more unread bytes than this is not waited for. */
const MAX_BUFFERED = 4 * 1024 * 1024;
