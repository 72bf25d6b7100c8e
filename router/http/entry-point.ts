import http from 'node:http';
import type { Http2SecureServer, ServerHttp2Session } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { EntryPointConfig } from '../core/static-model.ts';
import type { Incoming } from './handle.ts';
import { limitHttp2 } from './http2.ts';
import { serve } from './serve.ts';

export type EntryPointDeps = {
  readonly onRequest: (incoming: Incoming, connection: { readonly tls: boolean }) => void;
  readonly tlsServer: (limits: TlsLimits) => Promise<Http2SecureServer>;
  readonly connections: { opened(): void; closed(): void };
  readonly onError: (error: Error) => void;
};

/** `handshakeTimeout` is for TLS only; Node's HTTP server ignores it. */
export type TlsLimits = http.ServerOptions & { readonly handshakeTimeout: number };

/** How often idle connections are closed while stopping, in milliseconds. */
const SWEEP = 100;
/** Number of headers; Node would silently drop more. Their size in bytes is limited elsewhere. */
const NO_LIMIT = 0;
/** First byte of a TLS handshake; no HTTP request starts with it. */
const TLS_HANDSHAKE = 0x16;

/** One listening address with HTTP and TLS on the same port, told apart by the first byte, as in Traefik. */
export class EntryPoint {
  readonly name: string;
  readonly #config: EntryPointConfig;
  readonly #deps: EntryPointDeps;
  readonly #plain: http.Server;
  readonly #toHttp: (socket: Socket) => void;
  readonly #sockets = new Set<Socket>();
  readonly #sessions = new Set<ServerHttp2Session>();
  #secure: Promise<Http2SecureServer> | undefined;
  #tls: Http2SecureServer | undefined;

  constructor(config: EntryPointConfig, deps: EntryPointDeps) {
    this.name = config.name;
    this.#config = config;
    this.#deps = deps;
    this.#plain = http.createServer(this.#limits());
    this.#plain.maxHeadersCount = NO_LIMIT;
    const [toHttp] = this.#plain.listeners('connection') as [(socket: Socket) => void];
    this.#toHttp = toHttp.bind(this.#plain);
    this.#plain.removeAllListeners('connection');
    this.#plain.on('connection', (socket) => this.#accept(socket));
    this.#serve(this.#plain, false, this.#toHttp);
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

  /** Stops as Traefik does: no new connections, idle ones close at once, others after their response or the deadline. */
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
    // A connection becomes idle after each response. Go polls for idle connections too.
    const sweep = setInterval(() => this.#closeIdle(), SWEEP);
    this.#closeIdle();
    const deadline = setTimeout(() => this.kill(), this.#config.graceTimeOut);
    await drained;
    clearTimeout(deadline);
    clearInterval(sweep);
  }

  #closeIdle(): void {
    this.#plain.closeIdleConnections();
    // HTTP/1.1 over TLS: Node's HTTP/2 server has this method, but its types do not.
    (this.#tls as unknown as Partial<http.Server> | undefined)?.closeIdleConnections?.();
  }

  kill(): void {
    this.#plain.close();
    this.cutConnections();
  }

  cutConnections(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #limits(): TlsLimits {
    const { readTimeout, idleTimeout, maxHeaderBytes } = this.#config;
    return {
      maxHeaderSize: maxHeaderBytes,
      requestTimeout: readTimeout,
      headersTimeout: readTimeout,
      handshakeTimeout: readTimeout,
      keepAliveTimeout: idleTimeout,
      connectionsCheckingInterval: 500,
      requireHostHeader: false,
      noDelay: true,
    };
  }

  /** Every connection is tracked until it closes; a silent one gets the same time limit as a slow request. */
  #accept(socket: Socket): void {
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
      // Paused; whoever takes the socket resumes it, because TLS may have to be loaded first.
      if (first[0] === TLS_HANDSHAKE) return this.#toTls(socket);
      this.#toHttp(socket);
      socket.resume();
    });
  }

  #toTls(socket: Socket): void {
    // Node's HTTP server allows half-open sockets; a TLS connection ends when the client's side does.
    socket.allowHalfOpen = false;
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
      // Up to Node 22 the HTTP/2 server applies no timeouts to its HTTP/1.1 clients.
      Object.assign(server, this.#limits(), { maxHeadersCount: NO_LIMIT });
      // The server never listens; this event starts its check for slow requests.
      server.emit('listening');
      this.#serve(server as unknown as http.Server, true, (socket) => server.emit('secureConnection', socket));
      limitHttp2(server, this.#config);
      server.on('session', (session) => {
        this.#sessions.add(session);
        session.once('close', () => this.#sessions.delete(session));
      });
      this.#tls = server;
      return server;
    });
    return this.#secure;
  }

  #serve(server: http.Server, tls: boolean, read: (socket: Socket) => void): void {
    serve(server, {
      pass: (incoming) => this.#deps.onRequest(incoming, { tls }),
      readAgain: (socket) => {
        read(socket);
        socket.resume();
      },
      onError: this.#deps.onError,
    });
  }
}
