import type { ExchangeRecord } from '../traefik/observe/record.ts';
import type { HttpExchange } from './exchange.ts';

/** What Traefik logs for a client that left before it got a response. */
const CLIENT_CLOSED = { status: 499, body: 'Client Closed Request' };

export const recordOf = (x: HttpExchange): ExchangeRecord => {
  const { decision, request } = x;
  const choice = decision?.kind === 'forward' || decision?.kind === 'reject' ? decision.choice : undefined;
  const server = choice?.kind === 'server' ? choice.server : undefined;
  return {
    entryPoint: x.entryPoint,
    startedAt: x.startedAt,
    duration: performance.now() - x.started,
    clientAddress: request.remoteAddress,
    clientPort: request.remotePort,
    method: request.method,
    target: x.asked,
    protocol: request.protocol,
    tls: x.tls,
    host: request.host,
    username: x.username ?? '',
    router: x.route?.name,
    service: server?.service ?? serviceName(x),
    serverUrl: server?.url,
    requestBytes: x.body.bytesSent,
    ...answerOf(x),
    retries: x.retries,
    requestHeaders: request.headers,
    originHeaders: x.origin.headers,
    responseHeaders: x.responseHeaders,
    reason: x.reason,
    steps: choice?.steps ?? [],
    internal: decision?.kind === 'internal',
  };
};

type AnswerRecord = Pick<
  ExchangeRecord,
  'status' | 'responseBytes' | 'cut' | 'originStatus' | 'originBytes' | 'originDuration'
>;

/** As in Traefik: when a response was cut, nothing is attributed to the server. */
const answerOf = (x: HttpExchange): AnswerRecord => {
  const { origin, responseBytes, res } = x;
  const answered = res.headersSent;
  if (answered && x.whole) {
    const { status: originStatus, duration: originDuration } = origin;
    const originBytes = originStatus > 0 ? responseBytes : 0;
    // After an upgrade there is no status, as in Traefik.
    const status = res.statusCode === 101 ? 0 : res.statusCode;
    return { status, responseBytes, cut: false, originStatus, originBytes, originDuration };
  }
  const nothing = { originStatus: 0, originBytes: 0, originDuration: 0 };
  if (answered) return { status: res.statusCode, responseBytes, cut: true, ...nothing };
  const { status, body } = CLIENT_CLOSED;
  if (!origin.wasAsked) return { status, responseBytes: 0, cut: false, ...nothing };
  const { length } = body;
  const waited = origin.elapsed;
  return {
    ...{ status, responseBytes: length, cut: false },
    ...{ originStatus: status, originBytes: length, originDuration: waited },
  };
};

const serviceName = (x: HttpExchange): string | undefined =>
  typeof x.route?.service === 'string' ? x.route.service : x.route?.service.name;
