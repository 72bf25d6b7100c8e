import http, { type IncomingMessage, ServerResponse } from 'node:http';
import type { Http2SecureServer, ServerHttp2Session } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import type { EntryPointConfig } from '../core/static-model.ts';
import type { Incoming } from './handle.ts';
import { badRequestBytes, bodyAgain, withoutUpgrade } from './wire.ts';

export type EntryPointDeps = {
  readonly onRequest: (incoming: Incoming, connection: { readonly tls: boolean }) => void;
  readonly tlsServer: (limits: http.ServerOptions) => Promise<Http2SecureServer>;
  readonly connections: { opened(): void; closed(): void };
  readonly onError: (error: Error) => void;
};

/** Milliseconds between two looks for idle connections while stopping. */
const SWEEP = 100;
/** The first byte of a TLS handshake; no HTTP request starts with it. */
const TLS_HANDSHAKE = 0x16;

/** One listening address: HTTP and, by its first byte, TLS on the same port, as Traefik's entry points do. */
export class EntryPoint {
  readonly name: string;
  readonly #config: EntryPointConfig;
  readonly #deps: EntryPointDeps;
  readonly #plain: http.Server;
  readonly #sockets = new Set<Socket>();
  readonly #sessions = new Set<ServerHttp2Session>();
  #secure: Promise<Http2SecureServer> | undefined;
  #tls: Http2SecureServer | undefined;

  constructor(config: EntryPointConfig, deps: EntryPointDeps) {
    this.name = config.name;
    this.#config = config;
    this.#deps = deps;
    this.#plain = http.createServer(this.#limits());
    // No limit in number: Node would drop headers beyond it in silence. Their size in bytes is limited.
    this.#plain.maxHeadersCount = 0;
    this.#serve(this.#plain, false);
    const [toHttp] = this.#plain.listeners('connection') as [(socket: Socket) => void];
    this.#plain.removeAllListeners('connection');
    this.#plain.on('connection', (socket) => this.#accept(socket, () => toHttp.call(this.#plain, socket)));
  }

  async listen(): Promise<AddressInfo> {
    const { host, port, tls } = this.#config;
    if (tls) await this.#secureServer();
    await new Promise<void>((resolve, reject) => {
      this.#plain.once('error', reject);
      this.#plain.listen(port, host === '' ? undefined : host, () => {
        this.#plain.off('error', reject);
        this.#plain.on('error', this.#deps.onError);
        resolve();
      });
    });
    return this.#plain.address() as AddressInfo;
  }

  /** As Traefik stops: no new connections, idle ones end at once, the rest when their answer is out or at the deadline. */
  async stop(): Promise<void> {
    const { requestAcceptGraceTimeout } = this.#config;
    if (requestAcceptGraceTimeout > 0) await wait(requestAcceptGraceTimeout);
    const drained = new Promise<void>((resolve) => {
      this.#plain.close();
      const done = (): void => {
        if (this.#sockets.size === 0) resolve();
      };
      for (const socket of this.#sockets) socket.once('close', () => setImmediate(done));
      done();
    });
    for (const session of this.#sessions) session.close();
    // A connection is idle again after each answer; Go, too, looks for those again and again.
    const sweep = setInterval(() => this.#closeIdle(), SWEEP);
    this.#closeIdle();
    const deadline = setTimeout(() => this.kill(), this.#config.graceTimeOut);
    await drained;
    clearTimeout(deadline);
    clearInterval(sweep);
  }

  #closeIdle(): void {
    this.#plain.closeIdleConnections();
    // HTTP/1.1 over TLS: Node's HTTP/2 server has the same method, its types do not know it.
    (this.#tls as unknown as Partial<http.Server> | undefined)?.closeIdleConnections?.();
  }

  kill(): void {
    this.#plain.close();
    this.cutConnections();
  }

  cutConnections(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #limits(): http.ServerOptions {
    const { readTimeout, idleTimeout, maxHeaderBytes } = this.#config;
    return {
      maxHeaderSize: maxHeaderBytes,
      requestTimeout: readTimeout,
      headersTimeout: readTimeout,
      keepAliveTimeout: idleTimeout,
      connectionsCheckingInterval: 500,
      requireHostHeader: false,
      noDelay: true,
    };
  }

  /** Every connection is ours until it closes; a silent one has as long to speak as a slow request. */
  #accept(socket: Socket, toHttp: () => void): void {
    this.#sockets.add(socket);
    this.#deps.connections.opened();
    socket.once('close', () => {
      this.#sockets.delete(socket);
      this.#deps.connections.closed();
    });
    socket.on('error', () => {});
    if (this.#config.readTimeout > 0) socket.setTimeout(this.#config.readTimeout, () => socket.destroy());
    const left = (): void => void socket.destroy();
    socket.once('end', left);
    socket.once('data', (first: Buffer) => {
      socket.off('end', left);
      socket.setTimeout(0).removeAllListeners('timeout');
      socket.pause();
      socket.unshift(first);
      // Whoever takes the socket sets it going again: TLS may have to be made ready first.
      if (first[0] === TLS_HANDSHAKE) return this.#toTls(socket);
      toHttp();
      socket.resume();
    });
  }

  #toTls(socket: Socket): void {
    this.#secureServer().then(
      (server) => server.emit('connection', socket),
      (error: Error) => {
        this.#deps.onError(error);
        socket.destroy();
      },
    );
  }

  #secureServer(): Promise<Http2SecureServer> {
    this.#secure ??= this.#deps.tlsServer(this.#limits()).then((server) => {
      // It never listens itself; this is what starts its watch over slow requests.
      server.emit('listening');
      this.#serve(server as unknown as http.Server, true);
      server.on('session', (session) => {
        this.#sessions.add(session);
        session.once('close', () => this.#sessions.delete(session));
      });
      this.#tls = server;
      return server;
    });
    return this.#secure;
  }

  #serve(server: http.Server, tls: boolean): void {
    const pass = (incoming: Incoming): void => this.#deps.onRequest(incoming, { tls });
    server.on('request', (req, res) => pass({ req, res }));
    server.on('checkContinue', (req, res) => {
      res.writeContinue();
      pass({ req, res });
    });
    server.on('upgrade', (req, socket, head) => onUpgrade({ req, socket, head }, server, pass));
    server.on('connect', (_req, socket) => socket.end(badRequestBytes(501)));
    server.on('clientError', (error: NodeJS.ErrnoException, socket) => onClientError(error, socket));
  }
}

/**
 * The wish for h2c (Java's client has it by default) is ignored and the request read anew. From 26 on Node reads the body
 * by itself: what it has of a whole one is put back, and one that is still under way goes on as it is.
 */
const onUpgrade = (
  { req, socket, head }: { req: IncomingMessage; socket: Duplex; head: Buffer },
  server: http.Server,
  pass: (incoming: Incoming) => void,
): void => {
  if (!isIgnored(req)) return pass({ req, res: lastAnswer(req, socket as Socket), upgrade: { socket, head } });
  if (!req.complete) return pass({ req, res: lastAnswer(req, req.socket) });
  socket.unshift(Buffer.concat([withoutUpgrade(req), bodyAgain(req), head]));
  server.emit('connection', socket);
};

const lastAnswer = (req: IncomingMessage, socket: Socket): ServerResponse => {
  const res = new ServerResponse(req);
  res.shouldKeepAlive = false;
  res.assignSocket(socket);
  res.once('finish', () => socket.destroySoon());
  return res;
};

/** A body would be lost on the way to another protocol; nobody sends one. */
const isIgnored = ({ headers }: IncomingMessage): boolean =>
  /\bh2c\b/i.test(headers.upgrade ?? '') ||
  headers['transfer-encoding'] !== undefined ||
  (headers['content-length'] ?? '0') !== '0';

const onClientError = (error: NodeJS.ErrnoException, socket: Duplex): void => {
  if (socket.writableEnded) return;
  // Too slow, or gone: Traefik closes without a word.
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT' || error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = STATUS_OF[error.code ?? ''] ?? 400;
  socket.end(badRequestBytes(status));
  // Bytes that still come would make the system drop our words: they are read and forgotten for a moment, as in Go.
  socket.resume();
  const patience = setTimeout(() => socket.destroy(), 500).unref();
  socket.once('close', () => clearTimeout(patience));
};

const STATUS_OF: Readonly<Record<string, number>> = { HPE_HEADER_OVERFLOW: 431, HPE_CHUNK_EXTENSIONS_OVERFLOW: 413 };
