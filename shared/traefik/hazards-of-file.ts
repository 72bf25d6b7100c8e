/**
 * Settings that will cause trouble for MCP clients in a hand-written dynamic file, although Traefik accepts it
 * silently.
 */
import type { Place } from '../source/place.ts';
import type { Hazard } from '../topology/hazard.ts';
import { cookieName } from './cookie-name.ts';
import { writtenName } from './qualified-name.ts';
import { asksForIds } from './rules.ts';

/** The parts of a dynamic file that are checked here, in the router's form: names are qualified. */
export type TraefikFile = {
  readonly routers: ReadonlyMap<string, FileRouter>;
  readonly services: ReadonlyMap<string, FileService>;
  readonly middlewares: ReadonlyMap<string, FileMiddleware>;
};
type FileRouter = {
  readonly at: Place;
  readonly rule: string;
  readonly service: string;
  readonly middlewares: readonly string[];
};
type FileMiddleware = { readonly kind: string; readonly middlewares?: readonly string[] };
type Cookie = { readonly at: Place; readonly name: string; readonly path: string };
type FileService =
  | {
      readonly kind: 'loadBalancer';
      readonly at: Place;
      readonly servers: readonly { readonly at: Place; readonly url: string; readonly weight: number }[];
      readonly sticky: Cookie | undefined;
      readonly healthCheck: object | undefined;
    }
  | {
      readonly kind: 'weighted';
      readonly at: Place;
      readonly services: readonly { readonly name: string; readonly weight: number; readonly at: Place }[];
      readonly sticky: Cookie | undefined;
    }
  | { readonly kind: 'failover'; readonly at: Place; readonly service: string; readonly fallback: string };

export type FileHazard = Hazard & { readonly place: Place };

/** `prefix` is where the MCP endpoint is. */
export const hazardsOfTraefikFile = (file: TraefikFile, prefix = '/mcp'): readonly FileHazard[] => [
  ...pinning(file, prefix),
  ...harmfulMiddlewares(file, prefix),
  ...[...file.services].flatMap(([name, service]) => [...weights(name, service), ...unchecked(name, service)]),
  ...sharedCookies(file),
];

/** Every path that a rule names; a rule without one matches any path. */
const pathsOf = (rule: string): readonly string[] =>
  [...rule.matchAll(/(!\s*)?\bPath(?:Prefix)?\(\s*[`"]([^`"]*)[`"]\s*\)/g)].flatMap(([, not, path = '']) =>
    not === undefined ? [path] : [],
  );

const servesMcp = ({ rule }: FileRouter, prefix: string): boolean => pathsOf(rule).some((path) => path === prefix);
const mayServeMcp = ({ rule }: FileRouter, prefix: string): boolean => {
  const paths = pathsOf(rule);
  return paths.length === 0 || paths.some((path) => path.startsWith(prefix) || prefix.startsWith(path));
};

const pinning = ({ routers, services }: TraefikFile, prefix: string): FileHazard[] => {
  const endpoint = [...routers].filter(([, router]) => servesMcp(router, prefix));
  if (endpoint.some(([, { rule }]) => BY_ID.test(rule))) return [];
  const open = endpoint.filter(([, { rule }]) => !asksForIds(rule));
  return open.flatMap(([name, router]) => {
    const service = mainOf(services, router.service);
    const members = service?.kind === 'weighted' ? service.services : (service?.servers ?? []);
    if (service === undefined || members.length < 2) return [];
    const about = { path: `http.routers.${writtenName(name)}.service`, place: router.at };
    return [service.sticky === undefined ? { ...NOT_PINNED, ...about } : { ...COOKIE_ONLY, ...about }];
  });
};

/** A rule that only checks for the presence of an id does not name a node. */
const BY_ID = /Mcp-Session-Id[`"]\s*,\s*[`"](?!\.[`"])/i;

const mainOf = (services: TraefikFile['services'], name: string) => {
  let service = services.get(name);
  for (let level = 0; service?.kind === 'failover' && level < services.size; level++)
    service = services.get(service.service);
  return service?.kind === 'failover' ? undefined : service;
};

const REMEDY = 'let `npm run generate` write the file, with one router for each node by Mcp-Session-Id';
const NOT_PINNED = {
  name: 'not-pinned',
  severity: 'error',
  message: 'nothing pins an MCP session to its node: the second request of a client goes to another one and gets 404',
  remedy: REMEDY,
} as const;
const COOKIE_ONLY = {
  name: 'cookie-only',
  severity: 'warning',
  message: 'only the cookie pins a session to its node, and most MCP clients drop cookies',
  remedy: REMEDY,
} as const;

const HARMFUL: Readonly<Record<string, string>> = {
  compress: 'holds events back until there are enough to compress',
  buffering: 'holds an answer back until it is complete, and an event stream never is',
};

const harmfulMiddlewares = ({ routers, middlewares }: TraefikFile, prefix: string): FileHazard[] =>
  [...routers]
    .filter(([, router]) => mayServeMcp(router, prefix))
    .flatMap(([name, router]) =>
      flatten(router.middlewares, middlewares).flatMap(({ name: middleware, kind }) => {
        const harm = HARMFUL[kind];
        if (harm === undefined) return [];
        return [
          {
            name: kind,
            severity: 'error' as const,
            path: `http.routers.${writtenName(name)}.middlewares`,
            place: router.at,
            message: `${writtenName(middleware)} (${kind}) ${harm}`,
            remedy: `remove it from the routers of ${prefix}`,
          },
        ];
      }),
    );

/** Chains expanded; a chain that contains itself ends. */
const flatten = (
  names: readonly string[],
  all: TraefikFile['middlewares'],
  above: readonly string[] = [],
): { readonly name: string; readonly kind: string }[] =>
  names.flatMap((name) => {
    const found = all.get(name);
    if (found === undefined || above.includes(name)) return [];
    return [{ name, kind: found.kind }, ...flatten(found.middlewares ?? [], all, [...above, name])];
  });

const weights = (name: string, service: FileService): FileHazard[] => {
  if (service.kind === 'failover') return [];
  const list = service.kind === 'weighted' ? service.services : service.servers;
  const key = service.kind === 'weighted' ? 'weighted.services' : 'loadBalancer.servers';
  return list.flatMap(({ weight, at: place }, i) =>
    weight === 0 ? [{ ...NO_DRAIN, path: `http.services.${writtenName(name)}.${key}[${i}].weight`, place }] : [],
  );
};

const NO_DRAIN = {
  name: 'weight-zero',
  severity: 'error',
  message:
    'a weight of 0 does not drain: Traefik ignores the cookies that name this server, and its sessions are lost at once',
  remedy: 'set state: draining in the topology and run `npm run generate`',
} as const;

const unchecked = (name: string, service: FileService): FileHazard[] =>
  service.kind !== 'loadBalancer' || service.healthCheck !== undefined || service.servers.length === 0
    ? []
    : [
        {
          name: 'no-health-check',
          severity: 'warning',
          path: `http.services.${writtenName(name)}.loadBalancer`,
          place: service.at,
          message: 'without a health check, clients of a server that died get 502 on every request',
          remedy: 'add healthCheck: { path: /healthz, interval: 1s, timeout: 1s }',
        },
      ];

type Sticky = { readonly name: string; readonly cookie: Cookie; readonly members: string };

const sharedCookies = (file: TraefikFile): FileHazard[] => {
  const sticky = stickyServices(file);
  return sticky.flatMap((service, i) =>
    sticky
      .slice(0, i)
      .filter((other) => collide(service, other) && meetOneClient(service.name, other.name, file))
      .map((other) => sharedCookie(service, other)),
  );
};

const stickyServices = ({ services }: TraefikFile): readonly Sticky[] =>
  [...services].flatMap(([name, service]) => {
    if (service.kind === 'failover' || service.sticky === undefined) return [];
    const members =
      service.kind === 'weighted' ? service.services.map((one) => one.name) : service.servers.map((one) => one.url);
    return [{ name, cookie: service.sticky, members: members.sort().join(' ') }];
  });

/** With the same servers a value means the same in both, so the cookie may be shared. */
const collide = (a: Sticky, b: Sticky): boolean =>
  cookieName(a.cookie.name, a.name) === cookieName(b.cookie.name, b.name) &&
  a.members !== b.members &&
  (a.cookie.path || '/') === (b.cookie.path || '/');

const meetOneClient = (a: string, b: string, { routers }: TraefikFile): boolean => {
  const hosts = (service: string): readonly string[] =>
    [...routers.values()]
      .filter((router) => router.service === service)
      .flatMap(({ rule }) =>
        [...rule.matchAll(/\bHost\(\s*[`"]([^`"]*)[`"]\s*\)/g)].map(([, host = '']) => host.toLowerCase()),
      );
  const [left, right] = [hosts(a), hosts(b)];
  return left.length === 0 || right.length === 0 || left.some((host) => right.includes(host));
};

const sharedCookie = ({ name, cookie }: Sticky, other: Sticky): FileHazard => ({
  name: 'shared-cookie',
  severity: 'error',
  path: `http.services.${writtenName(name)}`,
  place: cookie.at,
  message: `${writtenName(other.name)} and ${writtenName(name)} set the same cookie ${cookieName(cookie.name, name)} for different servers: each moves the other's clients to another node`,
  remedy: 'give each its own cookie name',
});
