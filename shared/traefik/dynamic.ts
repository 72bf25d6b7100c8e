/** A topology as Traefik's dynamic configuration: plain objects in Traefik's own keys, which every target writes. */
import type { Topology, TopologyNode } from '../topology/topology.ts';
import { cookieName } from './cookie-name.ts';
import { cookieValue } from './cookie-value.ts';
import { servingEntryPoints } from './entry-points.ts';

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
export type TraefikFailover = { readonly service: string; readonly fallback: string };
export type TraefikService = { readonly loadBalancer: TraefikLoadBalancer } | { readonly failover: TraefikFailover };
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

/** Names of the generated parts; those of nodes and routes carry a prefix, so that no id can meet another part's. */
export const PARTS = {
  mcp: 'mcp',
  default: 'default',
  cors: 'cors',
  node: (id: string) => `node-${id}`,
  only: (id: string) => `only-${id}`,
  draining: (id: string) => `draining-${id}`,
  route: (name: string) => `route-${name}`,
} as const;

/**
 * Said outright: a rule's length would let a long route prefix come before the endpoint. Other prefixes have their own
 * length, so that the longer one wins; the default route has 1.
 */
const PRIORITY = { node: 3000, draining: 2000, mcp: 1000 } as const;

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
  const entries: [string, TraefikRouter][] = [];
  for (const { id } of nodesWithOwnRouter(topology))
    entries.push([PARTS.node(id), router(`${mcp} && ${sessionRule(id)}`, PRIORITY.node, nodeService(topology, id))]);
  for (const node of nodesKeptByCookie(topology)) {
    const rule = `${mcp} && ${anySessionRule} && ${cookieRule(topology, node)}`;
    entries.push([PARTS.draining(node.id), router(rule, PRIORITY.draining, nodeService(topology, node.id))]);
  }
  entries.push([PARTS.mcp, router(mcp, PRIORITY.mcp, PARTS.mcp)]);
  for (const { name, prefix } of topology.routes)
    entries.push([PARTS.route(name), router(pathRule(topology, prefix), prefix.length, PARTS.default)]);
  entries.push([PARTS.default, router(pathRule(topology, '/'), 1, PARTS.default)]);
  return Object.fromEntries(entries);
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

const servicesOf = (topology: Topology): Named<TraefikService> => {
  const active = topology.nodes.filter(({ state }) => state === 'active');
  const entries: [string, TraefikService][] = [];
  for (const node of nodesWithOwnService(topology)) {
    const { id } = node;
    entries.push([PARTS.only(id), { loadBalancer: pool(topology, [node]) }]);
    if (topology.healthCheck !== false)
      entries.push([PARTS.node(id), { failover: { service: PARTS.only(id), fallback: PARTS.mcp } }]);
  }
  const sticky = topology.affinity === 'session-id' ? {} : { sticky: { cookie: cookieOf(topology) } };
  entries.push([PARTS.mcp, { loadBalancer: { ...sticky, ...pool(topology, active) } }]);
  entries.push([PARTS.default, { loadBalancer: pool(topology, active) }]);
  return Object.fromEntries(entries);
};

const pool = ({ healthCheck: check }: Topology, nodes: readonly TopologyNode[]): TraefikLoadBalancer => ({
  ...(check !== false && { healthCheck: { path: check.path, interval: check.interval, timeout: check.timeout } }),
  servers: nodes.map(({ url }) => ({ url })),
});

/** Traefik takes no failover over a service without a health check: nothing would tell it when to fall back. */
const nodeService = (topology: Topology, id: string): string =>
  topology.healthCheck === false ? PARTS.only(id) : PARTS.node(id);

const present = (topology: Topology): readonly TopologyNode[] => topology.nodes.filter(({ state }) => state !== 'out');

const nodesWithOwnRouter = (topology: Topology): readonly TopologyNode[] =>
  topology.affinity === 'cookie' ? [] : present(topology);

/** A draining node is not in the pool that reads the cookie; its clients that are known by the cookie alone need a router. */
const nodesKeptByCookie = (topology: Topology): readonly TopologyNode[] =>
  topology.affinity === 'session-id' ? [] : topology.nodes.filter(({ state }) => state === 'draining');

const nodesWithOwnService = (topology: Topology): readonly TopologyNode[] =>
  topology.affinity === 'cookie' ? nodesKeptByCookie(topology) : present(topology);

const pathRule = ({ hosts }: Topology, prefix: string): string => {
  const path = `PathPrefix(\`${prefix}\`)`;
  const names = hosts.map((host) => `Host(\`${host}\`)`).join(' || ');
  if (hosts.length === 0) return path;
  return hosts.length === 1 ? `${names} && ${path}` : `(${names}) && ${path}`;
};

const sessionRule = (id: string): string => `HeaderRegexp(\`Mcp-Session-Id\`, \`^${escapeRegexp(id)}\\.\`)`;
const anySessionRule = 'HeaderRegexp(`Mcp-Session-Id`, `.`)';

/** Between two cookies stands "; ", and a value may be in quotes, as Traefik itself reads them. */
const cookieRule = ({ cookie }: Topology, { url }: TopologyNode): string => {
  const name = escapeRegexp(cookieName(cookie.name, ''));
  return `HeaderRegexp(\`Cookie\`, \`(^|;)\\s*${name}="?${cookieValue(url)}"?\\s*(;|$)\`)`;
};

const escapeRegexp = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&').replaceAll('`', '\\x60');

const cookieOf = ({ cookie }: Topology): TraefikCookie => ({
  name: cookie.name,
  secure: cookie.secure,
  httpOnly: cookie.httpOnly,
  sameSite: cookie.sameSite,
  ...(cookie.maxAge !== 0 && { maxAge: cookie.maxAge }),
  ...(cookie.path !== undefined && { path: cookie.path }),
  ...(cookie.domain !== undefined && { domain: cookie.domain }),
});

/** What a browser may send to the endpoint and read of its answers; without the last list it never sees its session id. */
const corsOf = ({ cors, affinity }: Topology): TraefikHeaders | undefined => {
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
