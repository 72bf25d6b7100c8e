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

/** Methods that Go's transport repeats by itself when a kept-alive connection turns out to be closed. */
const REPEATABLE = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

export type Upstreams = { of(server: Server): Upstream };

/** Sends the request to the server of its decision, and retries where Go or a `retry` middleware would. */
export const forward = (x: HttpExchange, upstreams: Upstreams): void => {
  // The parser delivers the body a little later: a small one is then complete, and sent in one piece.
  if (x.body.isUnread) setImmediate(() => guarded(x, () => attempt(x, upstreams, false)));
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
  x.waitingFor(() => upstream.drop(connection));
  x.origin.start();
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
          // Go uses the server's own name when the client sent no Host.
          host: (server.passHostHeader && request.host) || server.target.host,
          omitForwardedFor: x.omitForwardedFor,
        }),
        body: x.body.toSend() as Buffer | null,
      },
      one,
    );
  } catch (error) {
    one.onError(error as Error);
  }
};

type Failed = { readonly error: Error; readonly sent: boolean; readonly began: boolean; readonly stale: boolean };

const onFailure = (x: HttpExchange, upstreams: Upstreams, { error, sent, began, stale }: Failed): void => {
  if (!x.open) return;
  const failure = failureOf(error, began);
  if (stale && x.body.isEmpty && failure.status === 502 && REPEATABLE.has(x.request.method))
    return attempt(x, upstreams, true);
  if (!sent && x.retry?.onNetworkError && mayRetry(x)) return void again(x, upstreams);
  fail(x, failure);
};

const fail = (x: HttpExchange, failure: Failure): void => {
  x.because(failure.reason);
  // In Traefik's log this status counts as the server's.
  x.origin.answered(failure.status, undefined);
  answer(x, { status: failure.status, headers: new HeaderList(), body: failure.body });
};

/** A retry asks the service again, as in Traefik: it may choose another server. */
const again = (x: HttpExchange, upstreams: Upstreams): void => {
  const delay = x.retry?.delay(x.retrying()) ?? 0;
  const timer = setTimeout(() => guarded(x, () => chooseAgain(x, upstreams)), delay);
  x.waitingFor(() => clearTimeout(timer));
};

const chooseAgain = (x: HttpExchange, upstreams: Upstreams): void => {
  if (!x.open || x.decision?.kind !== 'forward') return;
  const { route, choice } = x.decision;
  choice.ended();
  const decision = chooseServer(route, x.request);
  x.decidedAgain(decision);
  if (decision.kind === 'forward') return attempt(x, upstreams, false);
  if (decision.kind === 'reject') answerText(x, decision.status, decision.body);
};
