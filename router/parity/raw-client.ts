/**
 * An HTTP/1.1 client that sends exactly the bytes it is given and reports exactly what came back: hostile input is not
 * changed, and a truncated answer is not taken for a complete one.
 */
import net from 'node:net';
import tls from 'node:tls';
import { type Answer, readAnswers } from './read-answers.ts';

/** How the exchange ended: all answers arrived, the other side closed or reset, or it timed out. */
export type Ended = 'complete' | 'end' | 'reset' | 'timeout';

export type Exchange = {
  /** 1xx answers other than 101. */
  readonly interim: readonly Answer[];
  readonly answers: readonly Answer[];
  /** Bytes after the last complete answer. */
  readonly rest: string;
  readonly ended: Ended;
};

export type ExchangeOptions = {
  /** Answers to wait for; 1 by default. */
  readonly answers?: number;
  /** Sends one byte per write. */
  readonly byteByByte?: boolean;
  /** Waits until the other side closes, however many answers arrive. */
  readonly untilClosed?: boolean;
  /** Ends the sending side once everything is written. */
  readonly halfClose?: boolean;
  readonly timeout?: number;
  readonly tls?: boolean;
};

const PATIENCE = 4_000;
/** Long enough for a busy machine; only reached when something is wrong. */
const CONNECTING = 60_000;

/** Sends the bytes (latin1) on a new connection. */
export const exchange = async (port: number, bytes: string, options: ExchangeOptions = {}): Promise<Exchange> => {
  const connection = await RawConnection.open(port, options);
  try {
    connection.expectMethods(methodsOf(bytes));
    await connection.write(bytes, options.byteByByte);
    if (options.halfClose) connection.socket.end();
    return await connection.read(options);
  } finally {
    connection.close();
  }
};

/** The parser must know which answers have no body. */
const methodsOf = (bytes: string): string[] =>
  [...bytes.matchAll(/(?:^|\r\n)([A-Z]+) \S+ HTTP\/1\.\d\r\n/g)].map((match) => match[1]!);

export const overTls = (bare: net.Socket, protocol: string): tls.TLSSocket => {
  bare.on('error', () => undefined);
  return tls.connect({ socket: bare, rejectUnauthorized: false, ALPNProtocols: [protocol] });
};

export class RawConnection {
  readonly socket: net.Socket;
  /** Under TLS, the connection that carries it. */
  private readonly bare: net.Socket;
  private received = '';
  private state: 'open' | 'end' | 'reset' = 'open';
  private methods: string[] = [];
  private wake = (): void => undefined;

  private constructor(socket: net.Socket, bare: net.Socket) {
    this.socket = socket;
    this.bare = bare;
    socket.setNoDelay(true);
    socket.on('data', (data) => {
      this.received += data.toString('latin1');
      this.wake();
    });
    socket.on('end', () => this.over('end'));
    socket.on('error', () => this.over('reset'));
    socket.on('close', () => this.over('end'));
  }

  static async open(port: number, options: { readonly tls?: boolean } = {}): Promise<RawConnection> {
    const bare = net.connect({ port, host: '127.0.0.1', allowHalfOpen: !options.tls });
    const socket = options.tls ? overTls(bare, 'http/1.1') : bare;
    await new Promise<void>((resolve, reject) => {
      socket.once(options.tls ? 'secureConnect' : 'connect', resolve);
      socket.once('error', reject);
      setTimeout(
        () => reject(new Error(`no ${options.tls ? 'handshake' : 'connection'} in ${CONNECTING} ms`)),
        CONNECTING,
      ).unref();
    });
    return new RawConnection(socket, bare);
  }

  expectMethods(methods: readonly string[]): void {
    this.methods.push(...methods);
  }

  async write(bytes: string, byteByByte = false): Promise<void> {
    const data = Buffer.from(bytes, 'latin1');
    const before = this.received.length;
    const size = byteByByte ? 1 : Math.max(data.length, 1);
    for (let at = 0; at < data.length; at += size) {
      // A server that answers before the end of a request closes: one more byte would cause a reset that loses its
      // answer.
      if (this.received.length > before || this.state !== 'open' || !this.socket.writable) return;
      await new Promise<void>((resolve) => this.socket.write(data.subarray(at, at + size), () => resolve()));
      if (byteByByte) await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Everything received so far, parsed as answers. */
  soFar(): Exchange {
    const { interim, answers, rest } = readAnswers(this.received, this.methods, this.state !== 'open');
    return { interim, answers, rest, ended: this.state === 'open' ? 'complete' : this.state };
  }

  async read(options: ExchangeOptions = {}): Promise<Exchange> {
    const enough = (): boolean => {
      if (this.state !== 'open') return true;
      if (options.untilClosed) return false;
      return this.soFar().answers.filter((answer) => answer.complete).length >= (options.answers ?? 1);
    };
    const inTime = await this.until(enough, options.timeout);
    const result = this.soFar();
    return inTime ? result : { ...result, ended: 'timeout' };
  }

  /** Waits until the text received satisfies the test; false after a timeout. */
  async until(test: (received: string) => boolean, timeout = PATIENCE): Promise<boolean> {
    const deadline = Date.now() + timeout;
    while (!test(this.received)) {
      const left = deadline - Date.now();
      if (left <= 0 || (this.state !== 'open' && !test(this.received))) return false;
      await this.nextEvent(left);
    }
    return true;
  }

  get closed(): boolean {
    return this.state !== 'open';
  }

  /** How the other side ended the connection. */
  async whenClosed(timeout = PATIENCE): Promise<Ended> {
    await this.until(() => this.state !== 'open', timeout);
    return this.state === 'open' ? 'timeout' : this.state;
  }

  close(): void {
    this.socket.destroy();
  }

  /** Resets the connection instead of closing it. */
  reset(): void {
    this.bare.resetAndDestroy();
  }

  private over(how: 'end' | 'reset'): void {
    if (this.state === 'open') this.state = how;
    this.wake();
  }

  private async nextEvent(within: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, within);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
