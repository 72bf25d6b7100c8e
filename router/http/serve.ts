import { type IncomingMessage, type Server, ServerResponse } from 'node:http';
import type { Http2ServerResponse } from 'node:http2';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { cut } from './answer.ts';
import type { Incoming } from './handle.ts';
import { Pipeline, type Turn } from './pipeline.ts';
import { isPrintable } from './upgrade.ts';
import { badRequestBytes, bodyAgain, withoutUpgrade } from './wire.ts';

export type Serving = {
  readonly pass: (incoming: Incoming) => void;
  /** Hands a connection back to the server, with the bytes that were put back on it. */
  readonly readAgain: (socket: Socket) => void;
  readonly onError: (error: Error) => void;
};

/** Turns the events of Node's server into turns on their connection. An exception ends that connection only. */
export const serve = (server: Server, { pass, readAgain, onError }: Serving): void => {
  const pipelines = new WeakMap<Duplex, Pipeline>();
  const pipelineOf = (socket: Duplex): Pipeline => {
    const known = pipelines.get(socket);
    if (known !== undefined) return known;
    const made = new Pipeline(socket as Socket, onError);
    pipelines.set(socket, made);
    return made;
  };
  const take = (req: IncomingMessage, res: ServerResponse, waiting = false): void => {
    const turn = (): ServerResponse => {
      pass({ req, res, waiting });
      return res;
    };
    if (!('stream' in req)) return pipelineOf(req.socket).request(req, turn);
    setImmediate(serveStream, res, turn, onError);
  };
  server.on('request', (req, res) => take(req, res));
  server.on('checkContinue', (req, res) => take(req, res, true));
  server.on('checkExpectation', (req, res) => take(req, res));
  server.on('upgrade', (req, socket, head) =>
    pipelineOf(req.socket).upgrade(() => {
      if (!isIgnored(req)) return begin(pass, req, { socket, head });
      if (!req.complete) return begin(pass, req);
      socket.unshift(Buffer.concat([withoutUpgrade(req), bodyAgain(req), head]));
      readAgain(req.socket);
      return undefined;
    }),
  );
  server.on('connect', (req) => pipelineOf(req.socket).upgrade(() => void lastWords(req.socket, 501)));
  server.on('clientError', (error, socket) => onClientError(error, socket, pipelineOf(socket)));
};

/** Runs after everything that has arrived is read: a stream that was reset at once costs no more than its head. */
const serveStream = (res: ServerResponse, turn: Turn, onError: (error: Error) => void): void => {
  if ((res as unknown as Http2ServerResponse).stream.closed) return;
  try {
    turn();
  } catch (error) {
    onError(error as Error);
    cut(res);
  }
};

/**
 * An upgrade to h2c (the default of Java's client) is ignored and the request is parsed again. From 26 on Node reads the
 * body itself: a complete body is put back, and one still arriving continues as it is. So are other upgrades of a request
 * with a body, which would be lost; no client sends one. An upgrade that Traefik refuses needs no body.
 */
const isIgnored = ({ headers, headersDistinct }: IncomingMessage): boolean => {
  if ((headers.upgrade ?? '').split(',').some((one) => one.trim().toLowerCase() === 'h2c')) return true;
  const hasBody = headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
  return hasBody && isPrintable(headersDistinct.upgrade?.[0] ?? '');
};

/** The last request that Node reads on a connection: we must end the response, and notice when the client leaves. */
const begin = (pass: Serving['pass'], req: IncomingMessage, upgrade?: Incoming['upgrade']): ServerResponse => {
  const { socket } = req;
  const res = new ServerResponse(req);
  res.shouldKeepAlive = false;
  res.assignSocket(socket);
  res.once('finish', () => socket.destroySoon());
  // With another protocol a half-closed client may still wait for data.
  socket.once('end', () => res.statusCode === 101 || socket.destroy());
  pass({ req, res, upgrade });
  return res;
};

const onClientError = (error: NodeJS.ErrnoException, socket: Duplex, pipeline: Pipeline): void => {
  if (socket.writableEnded) return;
  // Gone. A client that half-closes while a response is due counts as gone, too.
  if (error.code === 'ECONNRESET' || !socket.writable || (pipeline.busy && socket.readableEnded))
    return void socket.destroy();
  // Too slow: Traefik closes without a response.
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') return pipeline.close(() => socket.destroy());
  pipeline.close(() => lastWords(socket, STATUS_OF[error.code ?? ''] ?? 400));
};

const STATUS_OF: Readonly<Record<string, number>> = { HPE_HEADER_OVERFLOW: 431, HPE_CHUNK_EXTENSIONS_OVERFLOW: 413 };

/** Unread bytes would make the system discard our response, so they are drained for a moment, as in Go. */
const lastWords = (socket: Duplex, status: number): void => {
  socket.end(badRequestBytes(status));
  socket.resume();
  const patience = setTimeout(() => socket.destroy(), 500).unref();
  socket.once('close', () => clearTimeout(patience));
};
