import type { IncomingMessage, ServerResponse } from 'node:http';
import { chooseServer, findRoute } from '../core/decide.ts';
import type { Reply } from '../core/middleware.ts';
import type { InternalService, RoutingTable } from '../core/table/table.ts';
import { runFinish, runRequest } from '../traefik/middleware/run.ts';
import type { Observers } from '../traefik/observe/observers.ts';
import type { ExchangeRecord } from '../traefik/observe/record.ts';
import { answer, answerText } from './answer.ts';
import { type Arrival, arrive } from './arrive.ts';
import { ClientBody } from './client-body.ts';
import { whenEnded } from './ending.ts';
import { HttpExchange } from './exchange.ts';
import { guarded, routerFailed } from './guarded.ts';
import { recordOf } from './record.ts';

/** What handling needs. `table` is read once for each request, so that a reload does not affect it halfway. */
export type Handling = {
  readonly table: () => RoutingTable;
  readonly forward: (x: HttpExchange) => void;
  readonly serveInternal: (x: HttpExchange, service: InternalService) => void;
  /** Called when an exchange is over; undefined: no log and no metrics. */
  readonly ended: ((record: ExchangeRecord) => void) | undefined;
  readonly observers: Observers;
  readonly unexpected: (error: unknown) => void;
};

export type Incoming = {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly upgrade?: HttpExchange['upgrade'];
  /** The client waits for a 100 before it sends the body. */
  readonly waiting?: boolean;
};

/** One request from arrival to forwarding: arrive, findRoute, the route's middlewares, chooseServer. */
export const handle = (arrival: Arrival, incoming: Incoming, handling: Handling): void => {
  const { req, res, upgrade, waiting } = incoming;
  res.on('error', ignore);
  const arrived = arrive(req, arrival);
  if (arrived.last) res.shouldKeepAlive = false;
  const body = new ClientBody(req, waiting ? () => void res.writeContinue() : undefined);
  // Node closes the connection after an answer without the 100 that was waited for: rightly, where a body may follow.
  if (body.isEmpty && (arrived.kind === 'arrived' || !arrived.last)) body.ask();
  if (arrived.kind === 'refused') return refuse(res, arrived);
  if (arrived.request.path === '*')
    return req.method === 'OPTIONS' ? answerOptions(res, body) : refuse(res, NO_RESOURCE);
  const table = handling.table();
  const { unexpected } = handling;
  const { entryPoint } = arrival;
  const x = new HttpExchange({ entryPoint, req, body, res, request: arrived.request, table, upgrade, unexpected });
  whenEnded(req, res, (whole) => guarded(x, () => over(x, whole, handling)));
  guarded(x, () => find(x, handling));
};

const find = (x: HttpExchange, handling: Handling): void => {
  const route = findRoute(x.table, x.entryPoint, x.request);
  x.routeFound(route);
  const outcome = runRequest(x.middlewares, x);
  if (outcome instanceof Promise)
    outcome.then(
      (reply) => guarded(x, () => proceed(x, reply, handling)),
      // If the client has left, reading its body fails; that is not our error.
      (error) => x.open && routerFailed(x, error),
    );
  else proceed(x, outcome, handling);
};

const proceed = (x: HttpExchange, reply: Reply | undefined, handling: Handling): void => {
  if (!x.open) return;
  if (reply !== undefined) {
    x.because('middleware');
    if (handling.observers.watching) handling.observers.notify((one) => one.began?.(x));
    return answer(x, reply);
  }
  const decision = chooseServer(x.route, x.request);
  x.decided(decision);
  if (handling.observers.watching) handling.observers.notify((one) => one.began?.(x));
  if (decision.kind === 'forward') return handling.forward(x);
  if (decision.kind === 'internal') return handling.serveInternal(x, decision.service);
  answerText(x, decision.status, decision.body);
};

/** The end of every exchange: releases the server, finishes the middlewares, writes the log. */
const over = (x: HttpExchange, whole: boolean, handling: Handling): void => {
  x.ended(whole);
  // The server may have answered before the whole body arrived: drop the rest, to get to the next request.
  if (!x.req.complete) x.req.resume();
  if (x.decision?.kind === 'forward') x.decision.choice.ended();
  if (x.ran > 0) runFinish(x.middlewares, x);
  const { ended, observers } = handling;
  if (ended === undefined && !observers.watching) return;
  const record = recordOf(x);
  ended?.(record);
  if (observers.watching) observers.notify((one) => one.ended?.(x, record));
};

const NO_RESOURCE = { status: 404, body: '404 page not found\n', last: false };

/** Go's handlers refuse with an empty body and keep the connection; its parser gives a reason and closes. */
const wordless = (res: ServerResponse, status: number): void => {
  if (res.shouldKeepAlive) res.removeHeader('connection');
  res.writeHead(status, res.req.method === 'HEAD' ? {} : { 'Content-Length': 0 });
  res.end();
};

/** Go's server answers `OPTIONS *` itself, and reads its body. */
const answerOptions = (res: ServerResponse, body: ClientBody): void => {
  body.ask();
  wordless(res, 200);
};

const refuse = (res: ServerResponse, refusal: { status: number; body: string; last: boolean }): void => {
  if (refusal.body === '') return wordless(res, refusal.status);
  // Go's parser ends with the connection.
  res.removeHeader('transfer-encoding');
  const more = refusal.last
    ? { connection: 'close' }
    : { 'x-content-type-options': 'nosniff', 'content-length': refusal.body.length };
  res.writeHead(refusal.status, { 'content-type': 'text/plain; charset=utf-8', ...more });
  res.end(refusal.body);
};

/** A connection reset by the client is not our error; `close` follows and ends the exchange. */
const ignore = (): void => {};
