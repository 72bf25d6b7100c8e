import type { TLSSocket } from 'node:tls';
import type { ExchangeRecord } from '../traefik/observe/record.ts';
import type { HttpExchange } from './exchange.ts';

/** Traefik's word in the log for a client that left before its answer was complete. */
const CLIENT_CLOSED = 499;

export const recordOf = (x: HttpExchange): ExchangeRecord => {
  const { decision, request, req } = x;
  const choice = decision?.kind === 'forward' || decision?.kind === 'reject' ? decision.choice : undefined;
  const server = choice?.kind === 'server' ? choice.server : undefined;
  return {
    entryPoint: x.entryPoint,
    startedAt: x.startedAt,
    duration: performance.now() - x.started,
    originDuration: x.originDuration,
    clientAddress: request.remoteAddress,
    clientPort: request.remotePort,
    method: request.method,
    target: x.asked,
    protocol: request.protocol,
    tls: request.tls ? tlsOf(req.socket as TLSSocket) : undefined,
    host: request.host,
    username: x.username ?? '',
    router: x.route?.name,
    service: server?.service ?? serviceName(x),
    serverUrl: server?.url,
    status: statusOf(x),
    originStatus: x.originStatus,
    requestBytes: x.requestBytes,
    responseBytes: x.responseBytes,
    originBytes: x.originStatus > 0 ? x.responseBytes : 0,
    retries: x.attempts,
    requestHeaders: request.headers,
    originHeaders: x.originHeaders,
    responseHeaders: x.responseHeaders,
    reason: x.reason,
    steps: choice?.steps ?? [],
    internal: decision?.kind === 'internal',
  };
};

/** A connection that became another protocol's has none, as in Traefik. */
const statusOf = ({ res }: HttpExchange): number => {
  if (!res.headersSent) return CLIENT_CLOSED;
  return res.statusCode === 101 ? 0 : res.statusCode;
};

const serviceName = (x: HttpExchange): string | undefined =>
  typeof x.route?.service === 'string' ? x.route.service : x.route?.service.name;

const tlsOf = (socket: TLSSocket): { version: string; cipher: string } => ({
  version: socket.getProtocol?.() ?? '',
  cipher: socket.getCipher?.()?.standardName ?? '',
});
