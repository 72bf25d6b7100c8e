/** For tests: a small MCP server with one fault. It does not name its node. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import { constants, createGzip } from 'node:zlib';

export type StubOptions = {
  readonly unknown?: 'not found' | 'bad request' | 'accepted' | 'replaced' | 'plain';
  readonly discover?: 'refused' | 'answered' | 'broken';
  readonly checksOrigin?: boolean;
  readonly checksHost?: boolean;
  readonly compresses?: boolean;
  readonly cutsAfterMs?: number;
  readonly ownCookie?: string;
  readonly sessions?: boolean;
  readonly name?: string;
  /** Knows a session only on the connection that opened it. */
  readonly byConnection?: boolean;
  readonly initialize?: { readonly status: number; readonly headers?: Record<string, string>; readonly body?: string };
};

type Message = { readonly id?: unknown; readonly method?: string };

export const startStub = async (t: TestContext, options: StubOptions = {}): Promise<string> => {
  const sessions = new Map<string, unknown>();
  const server = createServer((request, response) => {
    answer(request, response, { options, sessions }).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

type Stub = { readonly options: StubOptions; readonly sessions: Map<string, unknown> };

const answer = async (request: IncomingMessage, response: ServerResponse, { options, sessions }: Stub) => {
  const body = await text(request);
  const message = (body === '' ? {} : JSON.parse(body)) as Message;
  const refuse = (status: number, code: number): void =>
    reply(response, status, { error: { code, message: 'no' } }, message.id);
  const { origin, host } = request.headers;
  if (options.checksOrigin !== false && origin?.includes('.invalid')) return refuse(403, -32000);
  if (options.checksHost !== false && host?.includes('.invalid')) return refuse(403, -32000);
  if (options.ownCookie !== undefined) response.setHeader('set-cookie', options.ownCookie);
  if (message.method === 'server/discover') return answerDiscover(response, message, options);
  if (message.method === 'initialize') return initialize(request, response, { options, sessions, message });
  const id = request.headers['mcp-session-id']?.toString() ?? '';
  const known =
    options.sessions === false || (options.byConnection ? sessions.get(id) === request.socket : sessions.has(id));
  if (!known && !(await answerUnknown(request, response, { options, sessions, message }))) return;
  if (request.method === 'DELETE') {
    sessions.delete(id);
    return void response.writeHead(200).end();
  }
  if (request.method === 'GET') return stream(response, options);
  if (message.id === undefined) return void response.writeHead(202).end();
  if (options.compresses) return pack(response, { result: {} }, message.id);
  reply(response, 200, { result: {} }, message.id);
};

type Asked = Stub & { readonly message: Message };

const initialize = (
  request: IncomingMessage,
  response: ServerResponse,
  { options, sessions, message }: Asked,
): void => {
  const { initialize: instead } = options;
  if (instead !== undefined) return void response.writeHead(instead.status, instead.headers).end(instead.body);
  open(request, response, { options, sessions });
  reply(
    response,
    200,
    { result: { protocolVersion: '2025-11-25', serverInfo: { name: options.name ?? 'stub', version: '1' } } },
    message.id,
  );
};

const open = (request: IncomingMessage, response: ServerResponse, { options, sessions }: Stub): void => {
  if (options.sessions === false) return;
  const id = randomUUID();
  sessions.set(id, request.socket);
  response.setHeader('mcp-session-id', id);
};

const answerDiscover = (response: ServerResponse, { id }: Message, { discover }: StubOptions): void => {
  if (discover === 'broken') return void response.writeHead(500).end();
  if (discover === 'answered') return reply(response, 200, { result: { supportedVersions: ['2026-07-28'] } }, id);
  reply(response, 400, { error: { code: -32000, message: 'initialize first' } }, id);
};

/** True: it continues as if it knew the session. */
const answerUnknown = async (
  request: IncomingMessage,
  response: ServerResponse,
  { options, sessions, message }: Asked,
) => {
  if (options.unknown === 'accepted') return true;
  if (options.unknown === 'replaced') {
    open(request, response, { options, sessions });
    return true;
  }
  if (options.unknown === 'plain') response.writeHead(404).end('no such session');
  else if (options.unknown === 'bad request')
    reply(response, 400, { error: { code: -32000, message: 'no session' } }, message.id);
  else reply(response, 404, { error: { code: -32001, message: 'Session not found' } }, message.id);
  return false;
};

const stream = (response: ServerResponse, { compresses, cutsAfterMs }: StubOptions): void => {
  response.writeHead(200, { 'content-type': 'text/event-stream', ...(compresses && { 'content-encoding': 'gzip' }) });
  response.flushHeaders();
  if (cutsAfterMs === undefined) return;
  const cut = setTimeout(() => response.end(), cutsAfterMs);
  response.once('close', () => clearTimeout(cut));
};

const pack = (response: ServerResponse, body: object, id: unknown): void => {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'content-encoding': 'gzip' });
  const gzip = createGzip({ flush: constants.Z_SYNC_FLUSH });
  gzip.pipe(response);
  gzip.end(`event: message\ndata: ${JSON.stringify({ jsonrpc: '2.0', id, ...body })}\n\n`);
};

const reply = (response: ServerResponse, status: number, body: object, id: unknown): void => {
  const text = JSON.stringify({ jsonrpc: '2.0', id: id ?? null, ...body });
  response.writeHead(status, { 'content-type': 'application/json' }).end(text);
};
