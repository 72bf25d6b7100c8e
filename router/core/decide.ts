/**
 * Where a request goes, and why. Everything else in this folder serves these two steps: the first rule that matches
 * gives the route; after the route's middlewares have run, its service chooses a server.
 */
import type { Request } from './request/request.ts';
import type { RuleTrace } from './rule/rule.ts';
import type { Choice, PinReason } from './service/service.ts';
import { type InternalService, NO_ROUTES, type Route, type RoutingTable } from './table/table.ts';

export type Decision =
  | { readonly kind: 'forward'; readonly route: Route; readonly choice: Extract<Choice, { kind: 'server' }> }
  | { readonly kind: 'internal'; readonly route: Route; readonly service: InternalService }
  | {
      readonly kind: 'reject';
      readonly status: 404 | 503;
      readonly body: string;
      readonly reason: 'no-router' | 'no-server';
      readonly route: Route | undefined;
      readonly choice: Extract<Choice, { kind: 'unavailable' }> | undefined;
    };

/** Step one. Routes are sorted by priority at load, so the first match wins. */
export const findRoute = (table: RoutingTable, entryPoint: string, request: Request): Route | undefined => {
  const routes = routesOf(table, entryPoint, request);
  for (const route of routes) if (route.rule.matches(request)) return route;
  return undefined;
};

/** Step two, after the route's middlewares. */
export const chooseServer = (route: Route | undefined, request: Request): Decision => {
  if (route === undefined) return NO_ROUTER;
  if (typeof route.service === 'string') return { kind: 'internal', route, service: route.service };
  const choice = route.service.choose(request);
  if (choice.kind === 'server') return { kind: 'forward', route, choice };
  return { kind: 'reject', status: 503, body: choice.body, reason: 'no-server', route, choice };
};

/**
 * Both steps at once, without middlewares. This has side effects: the round robin advances, and strategies that count
 * requests keep this one as in flight until `choice.ended()` is called. Use `explain` to ask without side effects.
 */
export const decideAndCount = (table: RoutingTable, entryPoint: string, request: Request): Decision =>
  chooseServer(findRoute(table, entryPoint, request), request);

/** Step one as a trace: each route that was tried, in order, with the part of its rule that decided. */
export const explainRoute = (table: RoutingTable, entryPoint: string, request: Request): readonly TriedRoute[] => {
  const tried: TriedRoute[] = [];
  for (const route of routesOf(table, entryPoint, request)) {
    const trace = route.rule.explain(request);
    tried.push({ route, trace });
    if (trace.matched) break;
  }
  return tried;
};

export type TriedRoute = { readonly route: Route; readonly trace: RuleTrace };

/** One word for the access log: how the innermost service that had a choice chose, or why no server was asked. */
export const reasonOf = (decision: Decision): string => {
  if (decision.kind === 'internal') return 'internal';
  if (decision.kind === 'reject') return decision.reason;
  const chose = decision.choice.steps.findLast(({ reason }) => !NO_CHOICE.has(reason));
  return chose?.reason ?? 'only-server';
};

const NO_CHOICE: ReadonlySet<PinReason> = new Set(['only-server', 'main', 'fallback']);

const routesOf = (table: RoutingTable, entryPoint: string, request: Request): readonly Route[] => {
  const routes = table.entryPoints.get(entryPoint) ?? NO_ROUTES;
  return request.tls ? routes.tls : routes.plain;
};

const NO_ROUTER: Decision = {
  kind: 'reject',
  status: 404,
  body: '404 page not found\n',
  reason: 'no-router',
  route: undefined,
  choice: undefined,
};
