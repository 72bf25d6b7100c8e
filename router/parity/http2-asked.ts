import { once } from 'node:events';
import http2 from 'node:http2';
import net from 'node:net';
import { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { type Ask, type Asked, type Leave, UNFINISHED_LENGTH } from './asked.ts';
import { type Ended, overTls } from './raw-client.ts';

const PATIENCE = 4_000;

/** A request in flight on its own HTTP/2 session. */
export const askHttp2 = async (port: number, request: Ask): Promise<Asked> => {
  const bare = net.connect({ port, host: '127.0.0.1', noDelay: true });
  const socket = overTls(bare, 'h2');
  await once(socket, 'secureConnect');
  const session = http2.connect(`https://127.0.0.1:${port}`, { createConnection: () => throughOurHands(socket) });
  session.on('error', () => undefined);
  return new Http2Asked(send(session, request), socket, bare);
};

const send = (session: http2.ClientHttp2Session, request: Ask): http2.ClientHttp2Stream => {
  const { method = 'GET', path, headers, body, unfinished } = request;
  const length = unfinished === 'sized' ? { 'content-length': String(UNFINISHED_LENGTH) } : {};
  const hasBody = body !== undefined || unfinished !== undefined;
  const stream = session.request({ ':method': method, ':path': path, ...headers, ...length }, { endStream: !hasBody });
  if (body !== undefined) stream.write(body);
  if (hasBody && unfinished === undefined) stream.end();
  return stream;
};

/** Node's HTTP/2 session needs a socket for itself. This one passes its frames on, and can send others. */
const throughOurHands = (socket: TLSSocket): Duplex => {
  const wire = new Duplex({
    read: () => undefined,
    write: (chunk: Buffer, _encoding, done) => void socket.write(chunk, () => done()),
    final: (done) => void socket.end(done),
  });
  wire.on('error', () => undefined);
  socket.on('data', (chunk: Buffer) => wire.push(chunk));
  socket.on('error', () => undefined);
  socket.on('close', () => wire.destroy());
  return wire;
};

const frame = (type: number, stream: number, payload: readonly number[]): Buffer => {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, Buffer.from(payload)]);
};

/** Sent as raw bytes: Node's API would first end the request's body. */
const rstStream = (id: number): Buffer => frame(3, id, [0, 0, 0, http2.constants.NGHTTP2_CANCEL]);
const GOAWAY = frame(7, 0, [0, 0, 0, 0, 0, 0, 0, 0]);

class Http2Asked implements Asked {
  status: number | undefined;
  body = '';
  readonly interim: number[] = [];
  readonly #leaves: Readonly<Record<Leave, () => void>>;
  readonly #socket: TLSSocket;
  #ended: Ended | undefined;
  #wake = (): void => undefined;

  constructor(stream: http2.ClientHttp2Stream, socket: TLSSocket, bare: net.Socket) {
    this.#socket = socket;
    this.#leaves = {
      cancel: () => socket.write(rstStream(stream.id ?? 1)),
      goaway: () => socket.end(GOAWAY),
      farewell: () => socket.end(),
      cut: () => socket.destroy(),
      reset: () => bare.resetAndDestroy(),
    };
    stream.on('headers', (received) => this.interim.push(Number(received[':status'])));
    stream.on('response', (received) => {
      this.status = Number(received[':status']);
    });
    stream.on('data', (part: Buffer) => {
      this.body += part.toString('latin1');
    });
    for (const event of ['headers', 'response', 'data', 'error', 'close']) stream.on(event, () => this.#wake());
    socket.on('error', () => this.#over('reset'));
    for (const event of ['end', 'close']) socket.on(event, () => this.#over('end'));
  }

  get closed(): boolean {
    return this.#ended !== undefined;
  }

  async until(test: (asked: Asked) => boolean, timeout = PATIENCE): Promise<boolean> {
    const deadline = Date.now() + timeout;
    while (!test(this)) {
      const left = deadline - Date.now();
      if (left <= 0) return false;
      await this.#nextEvent(left);
    }
    return true;
  }

  async whenClosed(timeout = PATIENCE): Promise<Ended> {
    await this.until(() => this.closed, timeout);
    return this.#ended ?? 'timeout';
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  leave(how: Leave): void {
    this.#leaves[how]();
  }

  close(): void {
    this.#leaves.reset();
  }

  #over(how: 'end' | 'reset'): void {
    this.#ended ??= how;
    this.#wake();
  }

  #nextEvent(within: number): Promise<void> {
    return new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, within);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
