import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { steadyNow } from '../../steady-clock.ts';
import { type Context, createDatabases, runCommand } from './commands.ts';
import type { Keyspace } from './keyspace.ts';
import { encodeReply, failure } from './reply.ts';
import { RequestParser } from './request-parser.ts';

export type EmbeddedRedis = { readonly url: string; stop(): Promise<void> };

const MAX_CLIENTS = 1000;
const SWEEP_MS = 1000;
/** Limit of replies that a client has not read; beyond it we stop reading from the client. */
const MAX_UNREAD = 1024 * 1024;

/**
 * The part of Redis that the registry uses, in this process and its memory, for machines without Redis: real
 * connections from any number of processes. For development only: it ends with its process, and so do its keys.
 */
export const startEmbeddedRedis = async (
  options: { port?: number; now?: () => number } = {},
): Promise<EmbeddedRedis> => {
  const now = options.now ?? steadyNow;
  const databases = createDatabases(now);
  const sockets = new Set<Socket>();
  let clientId = 0;
  const server = createServer((socket) => {
    if (sockets.size >= MAX_CLIENTS) return void socket.end(encodeReply(failure('ERR max number of clients reached')));
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    serve(socket, { databases, now, clientId: ++clientId, selected: 0, name: '', closing: false });
  });
  await listen(server, options.port ?? 0);
  const sweeper = setInterval(() => sweep(databases), SWEEP_MS).unref();
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      clearInterval(sweeper);
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

const serve = (socket: Socket, context: Context): void => {
  const parser = new RequestParser();
  socket.setNoDelay(true);
  // A client that disconnects or fails: its socket closes, other clients are not affected.
  socket.on('error', () => socket.destroy());
  socket.on('drain', () => socket.resume());
  socket.on('data', (chunk) => {
    const parsed = parser.push(chunk);
    if (parsed.requests.some(isHttp)) return void socket.destroy();
    let replies = '';
    for (const request of parsed.requests) if (!context.closing) replies += encodeReply(runCommand(request, context));
    const broken = parsed.kind === 'broken' && !context.closing;
    if (broken) replies += encodeReply(failure(parsed.error));
    if (broken || context.closing) return void socket.end(replies, 'latin1');
    if (replies !== '') socket.write(replies, 'latin1');
    if (socket.writableLength > MAX_UNREAD) socket.pause();
  });
};

/** A page can make a browser send lines to any port of this machine. Redis also closes the connection on these two. */
const isHttp = ([name = '']: readonly string[]): boolean => /^(?:post|host:)$/i.test(name);

const sweep = (databases: readonly Keyspace[]): void => {
  for (const keys of databases) keys.sweep();
};

const listen = (server: Server, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
