import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { Duplex } from 'node:stream';
import { outgoingUpgradeHeaders } from '../core/request/forwarded.ts';
import { HeaderList } from '../core/request/header-list.ts';
import type { Server } from '../core/service/service.ts';
import { answer, sendHead } from './answer.ts';
import type { HttpExchange } from './exchange.ts';
import { failureOf } from './failure.ts';
import { guarded } from './guarded.ts';
import type { Upstreams } from './upstreams.ts';

/**
 * A websocket handshake, on its own connection. After a 101 the two sockets are joined; any other response is passed on
 * as usual. http-proxy's own pass leaves refused handshakes unanswered and leaks sockets.
 */
export const upgrade = (x: HttpExchange, upstreams: Upstreams): void => {
  if (x.decision?.kind !== 'forward' || !x.open) return;
  try {
    ask(x, x.decision.choice.server, upstreams);
  } catch (error) {
    fail(x, error);
  }
};

const ask = (x: HttpExchange, server: Server, upstreams: Upstreams): void => {
  const { request } = x;
  if (!isPrintable(request.headers.get('upgrade') ?? '')) throw new Error('invalid Upgrade header');
  const transport = upstreams.transportOf(server.transport);
  const path = server.basePath + request.path;
  x.origin.start();
  const outgoing = (server.target.protocol === 'https:' ? https : http).request({
    host: server.target.hostname.replace(/^\[|\]$/g, ''),
    port: server.target.port,
    method: request.method,
    path: request.query === undefined ? path : `${path}?${request.query}`,
    headers: outgoingUpgradeHeaders(request, {
      host: server.passHostHeader ? request.host : server.target.host,
      omitForwardedFor: x.omitForwardedFor,
    }),
    setHost: false,
    agent: false,
    rejectUnauthorized: !transport.insecureSkipVerify,
    ...upstreams.tlsOf(transport),
  });
  x.waitingFor(() => outgoing.destroy());
  outgoing.once('upgrade', (answered, socket, head) => guarded(x, () => open(x, answered, { socket, head })));
  outgoing.once('response', (answered) => guarded(x, () => refuse(x, answered)));
  outgoing.on('error', (error) => guarded(x, () => fail(x, error)));
  outgoing.end();
};

/** Characters that Traefik allows in an Upgrade header. */
export const isPrintable = (text: string): boolean => /^[\x20-\x7e]*$/.test(text);

const fail = (x: HttpExchange, error: unknown): void => {
  if (x.res.headersSent) return void x.res.destroy();
  const failure = failureOf(error);
  x.because(failure.reason);
  answer(x, { status: failure.status, headers: new HeaderList(), body: failure.body });
};

const open = (x: HttpExchange, answered: IncomingMessage, server: { socket: Duplex; head: Buffer }): void => {
  const client = x.upgrade?.socket;
  if (client === undefined || client.destroyed) return void server.socket.destroy();
  tie(client, server.socket);
  // The response is only this head; the connection carries the rest.
  sendHead(x, 101, headersOf(answered));
  x.res.flushHeaders();
  client.pipe(server.socket);
  server.socket.pipe(client);
  if (server.head.length > 0) client.write(server.head);
  if (x.upgrade && x.upgrade.head.length > 0) server.socket.write(x.upgrade.head);
};

/** An error or close on one side ends both. */
const tie = (a: Duplex, b: Duplex): void => {
  for (const [from, to] of [
    [a, b],
    [b, a],
  ] as const) {
    from.on('error', () => to.destroy());
    from.once('close', () => to.destroy());
  }
};

const refuse = (x: HttpExchange, answered: IncomingMessage): void => {
  const status = answered.statusCode ?? 502;
  x.origin.answered(status, undefined);
  const headers = headersOf(answered);
  headers.delete('connection');
  sendHead(x, status, headers);
  answered.on('data', (chunk: Buffer) => {
    x.bytesSent(chunk.length);
  });
  answered.once('aborted', () => x.res.destroy());
  answered.pipe(x.res);
};

const headersOf = (answered: IncomingMessage): HeaderList => {
  const list = new HeaderList();
  const raw = answered.rawHeaders;
  for (let i = 0; i < raw.length; i += 2) list.add(raw[i]!, raw[i + 1]!);
  for (const name of ['keep-alive', 'transfer-encoding', 'trailer', 'te', 'proxy-connection']) list.delete(name);
  return list;
};
