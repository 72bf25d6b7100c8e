import { chooseServer } from '../core/decide.ts';
import { outgoingHeaders } from '../core/request/forwarded.ts';
import { HeaderList } from '../core/request/header-list.ts';
import type { Server } from '../core/service/service.ts';
import { answer, answerText } from './answer.ts';
import { Attempt } from './attempt.ts';
import type { HttpExchange } from './exchange.ts';
import { type Failure, failureOf } from './failure.ts';
import { guarded } from './guarded.ts';
import { mayRetry } from './retry.ts';
import type { Connection, Upstream } from './upstream.ts';

/** What Go's transport repeats by itself when a kept connection turns out to be closed. */
const REPEATABLE = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

export type Upstreams = { of(server: Server): Upstream };

/** Sends the exchange to the server its decision names, and again where Go or a `retry` middleware would. */
export const forward = (x: HttpExchange, upstreams: Upstreams): void => {
  // The parser hands over the body a little later: a small one is then here whole, and goes as one piece.
  if (x.body === 'stream') setImmediate(() => guarded(x, () => attempt(x, upstreams, false)));
  else attempt(x, upstreams, false);
};

const attempt = (x: HttpExchange, upstreams: Upstreams, fresh: boolean): void => {
  const { decision } = x;
  if (!x.open || decision?.kind !== 'forward') return;
  const { server } = decision.choice;
  const upstream = upstreams.of(server);
  const connection = fresh ? upstream.takeFresh() : upstream.take();
  const { reused } = connection;
  const one = new Attempt(x, upstream, connection, (outcome) => {
    if (outcome.kind === 'status') return void again(x, upstreams);
    onFailure(x, upstreams, { ...outcome, stale: reused && !fresh });
  });
  x.cancel = () => upstream.drop(connection);
  x.originStarted = performance.now();
  send(x, server, { connection, one });
};

const send = (x: HttpExchange, server: Server, { connection, one }: { connection: Connection; one: Attempt }): void => {
  const { request } = x;
  const path = server.basePath + request.path;
  try {
    connection.client.dispatch(
      {
        method: request.method as 'GET',
        path: request.query === undefined ? path : `${path}?${request.query}`,
        headers: outgoingHeaders(request, {
          // Go asks for the server by its own name when the client named none.
          host: (server.passHostHeader && request.host) || server.target.host,
          omitForwardedFor: x.omitForwardedFor,
        }),
        body: bodyOf(x) as Buffer | null,
      },
      one,
    );
  } catch (error) {
    one.onError(error as Error);
  }
};

const bodyOf = (x: HttpExchange): Buffer | AsyncIterable<Buffer> | null => {
  if (x.body === undefined) return null;
  if (x.body !== 'stream') return x.body;
  const { req } = x;
  if (req.complete && req.headers['content-length'] !== undefined) {
    x.body = (req.read() as Buffer | null) ?? Buffer.alloc(0);
    x.requestBytes = x.body.length;
    return x.body;
  }
  return streamOf(x);
};

/** Read only when there is a connection to write it to, and never ended by a server that answers early. */
async function* streamOf(x: HttpExchange): AsyncGenerator<Buffer> {
  for await (const chunk of x.req.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    x.requestBytes += chunk.length;
    yield chunk;
  }
}

type Failed = { readonly error: Error; readonly sent: boolean; readonly began: boolean; readonly stale: boolean };

const onFailure = (x: HttpExchange, upstreams: Upstreams, { error, sent, began, stale }: Failed): void => {
  if (!x.open) return;
  const failure = failureOf(error, began);
  if (stale && x.body === undefined && failure.status === 502 && REPEATABLE.has(x.request.method))
    return attempt(x, upstreams, true);
  if (!sent && x.retry?.onNetworkError && mayRetry(x)) return void again(x, upstreams);
  fail(x, failure);
};

const fail = (x: HttpExchange, failure: Failure): void => {
  x.reason = failure.reason;
  // To Traefik's log an answer in place of a server's is that server's.
  x.originStatus = failure.status;
  answer(x, { status: failure.status, headers: new HeaderList(), body: failure.body });
};

/** The next attempt asks the service again, as Traefik does: another server may be chosen. */
const again = (x: HttpExchange, upstreams: Upstreams): void => {
  x.attempts++;
  const timer = setTimeout(() => guarded(x, () => chooseAgain(x, upstreams)), x.retry?.delay(x.attempts) ?? 0);
  x.cancel = () => clearTimeout(timer);
};

const chooseAgain = (x: HttpExchange, upstreams: Upstreams): void => {
  if (!x.open || x.decision?.kind !== 'forward') return;
  const { route, choice } = x.decision;
  choice.ended();
  x.decision = chooseServer(route, x.request);
  if (x.decision.kind === 'forward') return attempt(x, upstreams, false);
  if (x.decision.kind === 'reject') answerText(x, x.decision.status, x.decision.body);
};
