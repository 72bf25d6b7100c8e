import type { Exchange, Middleware, Reply } from '../core/middleware.ts';
import type { Request } from '../core/request/request.ts';
import type { ExplainStep } from './explanation.ts';

export type MiddlewareSteps = {
  readonly steps: readonly ExplainStep[];
  /** A middleware's reply, which ends the request. */
  readonly reply: Reply | undefined;
};

/** Runs the route's middlewares as the router does. Those that call a service or wait are assumed to pass. */
export const middlewareSteps = (list: readonly Middleware[], request: Request): MiddlewareSteps => {
  const exchange = exchangeOf(request);
  const steps: ExplainStep[] = [];
  for (const middleware of list) {
    const before = seen(request);
    const outcome = middleware.request?.(exchange);
    const waits = outcome instanceof Promise;
    if (waits) outcome.catch(() => undefined);
    exchange.ran += 1;
    const reply = waits ? undefined : outcome;
    steps.push(middlewareStep(middleware, { changes: changesOf(before, seen(request)), reply, waits }));
    if (reply !== undefined) return { steps, reply };
  }
  // As in run.ts: middlewares may produce an empty path, but it is not sent to a server.
  if (request.path === '') request.path = '/';
  return { steps, reply: undefined };
};

type Happened = { readonly changes: readonly string[]; readonly reply: Reply | undefined; readonly waits: boolean };

const middlewareStep = ({ name, kind, at }: Middleware, { changes, reply, waits }: Happened): ExplainStep => ({
  kind: 'middleware',
  title: `${name}, ${kind}`,
  detail: [
    ...(waits ? [ASSUMED[kind] ?? 'needs something that is unknown here: assumed to pass'] : []),
    ...(reply === undefined ? changes : [replyText(reply)]),
    ...(waits || reply !== undefined || changes.length > 0 ? [] : ['does not change the request']),
  ],
  place: at,
  outcome: reply !== undefined ? 'ended' : waits ? 'assumed' : 'passed',
});

const ASSUMED: Readonly<Record<string, string>> = {
  forwardAuth: 'calls its address, which explain does not do: assumed to pass',
  buffering: 'buffers the body: assumed to be small enough',
  rateLimit: 'counts requests: assumed to be below the limit',
};

const replyText = ({ status, headers }: Reply): string => {
  const location = headers.get('location');
  return `answers ${status}${location === undefined ? '' : `, Location: ${location}`}`;
};

type Seen = { readonly target: string; readonly headers: ReadonlyMap<string, string> };

const seen = ({ path, query, host, headers }: Request): Seen => {
  const all = new Map<string, string>([['host', host]]);
  for (const [name, value] of headers) all.set(name, all.has(name) ? `${all.get(name)}, ${value}` : value);
  return { target: query === undefined ? path : `${path}?${query}`, headers: all };
};

const changesOf = (before: Seen, after: Seen): string[] => {
  const changes = before.target === after.target ? [] : [`path ${before.target} becomes ${after.target || '/'}`];
  for (const name of new Set([...before.headers.keys(), ...after.headers.keys()])) {
    const value = after.headers.get(name);
    if (before.headers.get(name) === value) continue;
    changes.push(value === undefined ? `takes ${name} away` : `sets ${name}: ${value}`);
  }
  return changes;
};

/** There is no client, and the body is unknown. */
const exchangeOf = (request: Request): Exchange => ({
  request,
  bufferBody: () => Promise.resolve(Buffer.alloc(0)),
  whenLeft: () => undefined,
  retry: undefined,
  maxResponseBodyBytes: undefined,
  omitForwardedFor: false,
  username: undefined,
  ran: 0,
});
