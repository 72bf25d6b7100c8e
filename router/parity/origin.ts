/**
 * An instrumented server behind the proxy. It answers with what it saw; `?mode=` makes it misbehave, and its counters
 * say what happened to every request.
 */
import { EventEmitter, once } from 'node:events';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { EARLY, echo, LATE } from './origin-modes.ts';
import { pairs, type Seen } from './seen-request.ts';

const LONGEST_ECHO = 2_000;
// Far beyond the limits of both proxies, which are what is tested.
const MAX_HEADER_BYTES = 8 * 1024 * 1024;

export class Origin {
  readonly id: string;
  readonly seen: Seen[] = [];
  /** The answer of `/healthz`; 'never': no answer. */
  health: number | 'never' = 200;
  /** The answer of `/readyz`. */
  ready = 200;
  /** Probes of `/healthz` that arrived, and that were aborted. */
  probes = 0;
  probesLost = 0;
  /** Requests in progress, and requests that were aborted by the client. */
  open = 0;
  aborted = 0;
  /** Floods that are stalled. */
  stalled = 0;
  upgrades = 0;
  connections = 0;
  /** The number of the connection of each request. */
  readonly connectionIds: number[] = [];
  private readonly server: http.Server;
  private readonly changed = new EventEmitter();
  private readonly sockets = new Set<Duplex>();

  private constructor(id: string) {
    this.id = id;
    this.server = http.createServer({
      maxHeaderSize: MAX_HEADER_BYTES,
      keepAliveTimeout: 120_000,
      requireHostHeader: false,
    });
    this.server.maxHeadersCount = 0;
    this.server.on('connection', (socket) => this.hold(socket));
    this.server.on('request', (req, res) => this.handle(req, res));
    this.server.on('checkContinue', (req, res) => {
      res.writeContinue();
      this.handle(req, res);
    });
    this.server.on('upgrade', (req, socket, head) => this.upgrade(req, socket, head));
  }

  static async listen(id: string): Promise<Origin> {
    const origin = new Origin(id);
    origin.server.listen(0, '127.0.0.1');
    await once(origin.server, 'listening');
    return origin;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Waits until the origin is in this state; false after a timeout. */
  async until(test: (origin: Origin) => boolean, timeout = 4_000): Promise<boolean> {
    const signal = AbortSignal.timeout(timeout);
    while (!test(this)) {
      try {
        await once(this.changed, 'change', { signal });
      } catch {
        return test(this);
      }
    }
    return true;
  }

  stall(by: 1 | -1): void {
    this.stalled += by;
    this.notify();
  }

  async stop(): Promise<void> {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
    await once(this.server, 'close');
  }

  private hold(socket: Socket & { number?: number }): void {
    socket.number = ++this.connections;
    this.sockets.add(socket);
    socket.on('close', () => this.sockets.delete(socket));
    socket.on('error', () => undefined);
  }

  private notify(): void {
    this.changed.emit('change');
  }

  private handle(req: IncomingMessage, res: ServerResponse): void {
    const query = new URLSearchParams(/\?(.*)$/s.exec(req.url ?? '')?.[1] ?? '');
    if (req.url?.startsWith('/healthz')) return this.answerHealth(res);
    if (req.url === '/readyz') return void res.writeHead(this.ready).end();
    this.count(req, res);
    const early = EARLY[query.get('mode') ?? ''];
    if (early) return early({ origin: this, req, res, query });
    const chunks: Buffer[] = [];
    req.on('error', () => undefined);
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      const seen = this.note(req, Buffer.concat(chunks));
      (LATE[query.get('mode') ?? ''] ?? echo)({ origin: this, req, res, query, seen });
    });
  }

  private count(req: IncomingMessage, res: ServerResponse): void {
    this.open++;
    this.connectionIds.push((req.socket as { number?: number }).number ?? 0);
    res.on('close', () => {
      this.open--;
      if (!res.writableFinished) this.aborted++;
      this.notify();
    });
    this.notify();
  }

  private note(req: IncomingMessage, body: Buffer): Seen {
    const seen: Seen = {
      id: this.id,
      method: req.method ?? '',
      url: req.url ?? '',
      version: req.httpVersion,
      headers: pairs(req.rawHeaders),
      body: body.length > LONGEST_ECHO ? '' : body.toString('latin1'),
      bodyLength: body.length,
      trailers: pairs(req.rawTrailers),
    };
    this.seen.push(seen);
    this.notify();
    return seen;
  }

  private answerHealth(res: ServerResponse): void {
    this.probes++;
    res.on('close', () => {
      if (!res.writableFinished) this.probesLost++;
      this.notify();
    });
    this.notify();
    if (this.health === 'never') return;
    const location = this.health >= 300 && this.health < 400 ? { location: '/elsewhere' } : {};
    res.writeHead(this.health, location).end();
  }

  private upgrade(req: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.upgrades++;
    this.note(req, Buffer.alloc(0));
    this.sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('end', () => socket.end());
    socket.on('close', () => {
      this.upgrades--;
      this.notify();
    });
    if (req.url?.includes('mode=401')) {
      socket.end('HTTP/1.1 401 Unauthorized\r\nX-Why: no\r\nContent-Length: 6\r\nConnection: close\r\n\r\ndenied');
      return;
    }
    if (req.url?.includes('mode=200')) {
      socket.end('HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nplain');
      return;
    }
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: ${req.headers.upgrade}\r\nConnection: Upgrade\r\nX-Origin: ${this.id}\r\n\r\n`,
    );
    if (req.url?.includes('mode=hangup')) return void socket.end();
    if (head.length > 0) socket.write(`${this.id}:${head}`);
    socket.on('data', (data) => socket.write(`${this.id}:${data}`));
  }
}
