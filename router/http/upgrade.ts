import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { outgoingUpgradeHeaders } from '../core/request/forwarded.ts';
import { HeaderList } from '../core/request/header-list.ts';
import { answer, sendHead } from './answer.ts';
import type { HttpExchange } from './exchange.ts';
import { failureOf } from './failure.ts';
import type { Upstreams } from './upstreams.ts';

/**
 * A websocket handshake, on a connection of its own: after a 101 the two sockets are one tunnel, any other answer is
 * passed on as an ordinary one. http-proxy's own pass leaves refused handshakes unanswered and sockets behind.
 */
export const upgrade = (x: HttpExchange, upstreams: Upstreams): void => {
  const { decision, request } = x;
  if (decision?.kind !== 'forward' || !x.open) return;
  const { server } = decision.choice;
  const transport = upstreams.transportOf(server.transport);
  const path = server.basePath + request.path;
  x.originStarted = performance.now();
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
  x.cancel = () => outgoing.destroy();
  outgoing.once('upgrade', (answered, socket, head) => open(x, answered, { socket, head }));
  outgoing.once('response', (answered) => refuse(x, answered));
  outgoing.once('error', (error) => {
    if (x.res.headersSent) return void x.res.destroy();
    const failure = failureOf(error);
    x.reason = failure.reason;
    answer(x, { status: failure.status, headers: new HeaderList(), body: failure.body });
  });
  outgoing.end();
};

const open = (x: HttpExchange, answered: IncomingMessage, server: { socket: Duplex; head: Buffer }): void => {
  const client = x.upgrade?.socket;
  if (client === undefined || client.destroyed) return void server.socket.destroy();
  x.originStatus = 101;
  sendHead(x, 101, headersOf(answered));
  x.res.flushHeaders();
  // From here on the response only owned the head: the bare socket carries the rest.
  x.res.detachSocket(client as Socket);
  tunnel(client, server.socket);
  if (server.head.length > 0) client.write(server.head);
  if (x.upgrade && x.upgrade.head.length > 0) server.socket.write(x.upgrade.head);
  client.once('close', () => x.res.destroy());
};

/** Each side ends the other; an error on one is the end of both. */
const tunnel = (a: Duplex, b: Duplex): void => {
  for (const [from, to] of [
    [a, b],
    [b, a],
  ] as const) {
    from.on('error', () => to.destroy());
    from.once('close', () => to.destroy());
    from.pipe(to);
  }
};

const refuse = (x: HttpExchange, answered: IncomingMessage): void => {
  x.originStatus = answered.statusCode ?? 502;
  const headers = headersOf(answered);
  headers.delete('connection');
  sendHead(x, x.originStatus, headers);
  answered.on('data', (chunk: Buffer) => {
    x.responseBytes += chunk.length;
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
