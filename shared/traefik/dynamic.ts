/** A topology as Traefik's dynamic configuration: plain objects in Traefik's own keys, which every target writes. */
import type { Topology, TopologyNode } from '../topology/topology.ts';
import { servingEntryPoints } from './entry-points.ts';
import { hasFeature } from './minors.ts';
import { PARTS } from './parts.ts';
import { anySessionRule, cookieRule, handleHeaders, handleRule, pathRule, sessionRule } from './rules.ts';

export type TraefikRouter = {
  readonly entryPoints: readonly string[];
  readonly rule: string;
  readonly priority: number;
  readonly middlewares?: readonly string[];
  readonly service: string;
};
export type TraefikHealthCheck = { readonly path: string; readonly interval: string; readonly timeout: string };
export type TraefikCookie = {
  readonly name: string;
  readonly secure: boolean;
  readonly httpOnly: boolean;
  readonly sameSite: string;
  readonly maxAge?: number;
  readonly path?: string;
  readonly domain?: string;
};
export type TraefikLoadBalancer = {
  readonly sticky?: { readonly cookie: TraefikCookie };
  readonly healthCheck?: TraefikHealthCheck;
  readonly servers: readonly { readonly url: string }[];
};
/** An empty health check uses the state of the services in it. */
export type TraefikWeighted = {
  readonly sticky?: { readonly cookie: TraefikCookie };
  readonly healthCheck?: Readonly<Record<string, never>>;
  readonly services: readonly { readonly name: string }[];
};
export type TraefikFailover = { readonly service: string; readonly fallback: string };
export type TraefikService =
  | { readonly loadBalancer: TraefikLoadBalancer }
  | { readonly weighted: TraefikWeighted }
  | { readonly failover: TraefikFailover };
export type TraefikHeaders = {
  readonly accessControlAllowOriginList: readonly string[];
  readonly accessControlAllowCredentials?: boolean;
  readonly accessControlAllowMethods: readonly string[];
  readonly accessControlAllowHeaders: readonly string[];
  readonly accessControlExposeHeaders: readonly string[];
  readonly accessControlMaxAge: number;
  readonly addVaryHeader: boolean;
};
export type TraefikMiddleware = { readonly headers: TraefikHeaders };
type Named<T> = Readonly<Record<string, T>>;
export type TraefikDynamic = {
  readonly http: {
    readonly routers: Named<TraefikRouter>;
    readonly services: Named<TraefikService>;
    readonly middlewares?: Named<TraefikMiddleware>;
  };
  readonly tls?: { readonly certificates: readonly { readonly certFile: string; readonly keyFile: string }[] };
};

/**
 * Explicit, because by rule length a long route prefix would come before the endpoint. Other prefixes have their own
 * length, so that the longer one wins; the default route has 1. A request of a session goes to its session, even if it
 * also names a handle. No two may be equal, because then Traefik's choice is random.
 */
const PRIORITY = { node: 3000, cookie: 2000, handle: 1900, mcp: 1000 } as const;

export const dynamicOf = (topology: Topology): TraefikDynamic => {
  const certificates = certificatesOf(topology);
  const cors = corsOf(topology);
  return {
    http: {
      routers: routersOf(topology),
      services: servicesOf(topology),
      ...(cors && { middlewares: { [PARTS.cors]: { headers: cors } } }),
    },
    ...(certificates.length > 0 && { tls: { certificates } }),
  };
};

const routersOf = (topology: Topology): Named<TraefikRouter> => {
  const router = routerMaker(topology);
  const mcp = pathRule(topology, topology.prefix);
  const present = presentNodes(topology);
  const byId = topology.affinity === 'cookie' ? [] : present;
  const byHandle = topology.handles === false ? [] : present;
  const byCookie = topology.affinity === 'session-id' ? [] : present;
  return Object.fromEntries([
    ...byId.map((node) => [
      PARTS.node(node.id),
      router(`${mcp} && ${sessionRule(node)}`, PRIORITY.node, nodeService(topology, node.id)),
    ]),
    ...byCookie.map((node) => [
      PARTS.cookie(node.id),
      router(
        `${mcp} && ${anySessionRule} && ${cookieRule(topology, node)}`,
        PRIORITY.cookie,
        nodeService(topology, node.id),
      ),
    ]),
    ...byHandle.map((node) => [
      PARTS.handle(node.id),
      router(`${mcp} && ${handleRule(topology, node)}`, PRIORITY.handle, nodeService(topology, node.id)),
    ]),
    [PARTS.mcp, router(mcp, PRIORITY.mcp, PARTS.mcp)],
    ...topology.routes.map(({ name, prefix }) => [
      PARTS.route(name),
      router(pathRule(topology, prefix), prefix.length, PARTS.default),
    ]),
    [PARTS.default, router(pathRule(topology, '/'), 1, PARTS.default)],
  ]);
};

const routerMaker = (topology: Topology) => {
  const entryPoints = servingEntryPoints(topology);
  const middlewares = topology.cors.origins.length > 0 ? { middlewares: [PARTS.cors] } : {};
  return (rule: string, priority: number, service: string): TraefikRouter => ({
    entryPoints,
    rule,
    priority,
    ...middlewares,
    service,
  });
};

/**
 * Two health checks per node, each in one place: is it alive, does it take new sessions. All other services refer to
 * these.
 */
const servicesOf = (topology: Topology): Named<TraefikService> => {
  const { live, ready } = checksOf(topology);
  const own = presentNodes(topology).flatMap((node): Entry[] => [
    [PARTS.only(node.id), balancer([node], live)],
    ...(live === undefined ? [] : [failover(PARTS.node(node.id), PARTS.only(node.id))]),
    ...(isActive(node) && topology.cookie.of === 'name'
      ? [[PARTS.ready(node.id), balancer([node], ready)] satisfies Entry]
      : []),
  ]);
  const pools = [
    ...readyOrAlive(topology, PARTS.mcp, stickyOf(topology)),
    ...readyOrAlive(topology, PARTS.default, {}),
  ];
  const alive: Entry[] = live === undefined ? [] : [[PARTS.alive, pool(topology, { of: PARTS.only, check: live })]];
  return Object.fromEntries([...own, ...alive, ...pools]);
};

type Entry = readonly [string, TraefikService];
type Sticky = { readonly sticky?: { readonly cookie: TraefikCookie } };

/** Nodes that take no new sessions still serve everything else, and give a better reason than Traefik would. */
const readyOrAlive = (topology: Topology, part: string, sticky: Sticky): Entry[] => {
  const { ready } = checksOf(topology);
  const takers = pool(topology, { of: PARTS.ready, check: ready, sticky });
  return ready === undefined ? [[part, takers]] : [[PARTS.pool(part), takers], failover(part, PARTS.pool(part))];
};

type Pool = {
  readonly of: (id: string) => string;
  readonly check: TraefikHealthCheck | undefined;
  readonly sticky?: Sticky;
};

/** A pool of services, with the cookie a hash of their names; or, as before, of servers, with a hash of their URLs. */
const pool = ({ cookie, nodes }: Topology, { of, check, sticky = {} }: Pool): TraefikService => {
  const active = nodes.filter(isActive);
  if (cookie.of === 'url') return { loadBalancer: { ...sticky, ...balancer(active, check).loadBalancer } };
  const services = active.map(({ id }) => ({ name: of(id) }));
  return { weighted: { ...sticky, ...(check && { healthCheck: {} }), services } };
};

const balancer = (nodes: readonly TopologyNode[], check: TraefikHealthCheck | undefined) => ({
  loadBalancer: { ...(check && { healthCheck: check }), servers: nodes.map(({ url }) => ({ url })) },
});

const failover = (name: string, service: string): Entry => [name, { failover: { service, fallback: PARTS.alive } }];

const checksOf = ({ healthCheck }: Topology): { live?: TraefikHealthCheck; ready?: TraefikHealthCheck } => {
  if (healthCheck === false) return {};
  const { ready, ...live } = healthCheck;
  return { live, ready };
};

/** Traefik refuses a failover over a service without a health check: it would not know when to fall back. */
const nodeService = (topology: Topology, id: string): string =>
  topology.healthCheck === false ? PARTS.only(id) : PARTS.node(id);

const isActive = ({ state }: TopologyNode): boolean => state === 'active';
const presentNodes = ({ nodes }: Topology): readonly TopologyNode[] => nodes.filter(({ state }) => state !== 'out');

export const stickyOf = (topology: Topology): Sticky =>
  topology.affinity === 'session-id' ? {} : { sticky: { cookie: cookieOf(topology) } };

const cookieOf = ({ cookie, traefik }: Topology): TraefikCookie => ({
  name: cookie.name,
  secure: cookie.secure,
  httpOnly: cookie.httpOnly,
  sameSite: cookie.sameSite,
  ...(cookie.maxAge !== 0 && { maxAge: cookie.maxAge }),
  ...(cookie.path !== undefined && hasFeature(traefik, 'cookiePath') && { path: cookie.path }),
  ...(cookie.domain !== undefined && hasFeature(traefik, 'cookieDomain') && { domain: cookie.domain }),
});

/**
 * What a browser may send to the endpoint and read from its answers; without the last list it never sees its session
 * id.
 */
const corsOf = (topology: Topology): TraefikHeaders | undefined => {
  const { cors, affinity } = topology;
  if (cors.origins.length === 0) return undefined;
  const sendsCookie = affinity !== 'session-id' && !cors.origins.includes('*');
  return {
    accessControlAllowOriginList: cors.origins,
    ...(sendsCookie && { accessControlAllowCredentials: true }),
    accessControlAllowMethods: ['GET', 'POST', 'DELETE', 'OPTIONS'],
    accessControlAllowHeaders: [
      'Content-Type',
      'Accept',
      'Authorization',
      'Mcp-Session-Id',
      'Mcp-Protocol-Version',
      'Last-Event-ID',
      'Mcp-Method',
      'Mcp-Name',
      ...handleHeaders(topology),
    ],
    accessControlExposeHeaders: ['Mcp-Session-Id', 'X-Mooring-Node'],
    accessControlMaxAge: 600,
    addVaryHeader: true,
  };
};

const certificatesOf = ({ entryPoints }: Topology): readonly { certFile: string; keyFile: string }[] => {
  const byFile = new Map<string, { certFile: string; keyFile: string }>();
  for (const { tls } of Object.values(entryPoints)) if (typeof tls === 'object') byFile.set(tls.certFile, tls);
  return [...byFile.values()];
};
