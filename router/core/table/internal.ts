import type { Place } from '../../../shared/source/place.ts';
import type { DynamicConfig, MiddlewareConfig, RouterConfig } from '../model.ts';
import type { EntryPointConfig, StaticConfig } from '../static-model.ts';

/** Go's math.MaxInt: the priority by which Traefik's own routers come before all others. */
const HIGHEST = Number.MAX_SAFE_INTEGER;
/** The entry point that Traefik creates for its own pages. */
const OWN_ENTRY_POINT = 'traefik';

/** What Traefik's internal provider adds: ping, API, metrics, and redirections of entry points. */
export const withInternal = (dynamic: DynamicConfig, config: StaticConfig): DynamicConfig => {
  const routers = new Map(dynamic.routers);
  const middlewares = new Map(dynamic.middlewares);
  for (const router of ownRouters(config)) routers.set(router.name, router);
  for (const entryPoint of config.entryPoints.values()) {
    const added = redirectionOf(entryPoint, config);
    if (added === undefined) continue;
    routers.set(added.router.name, added.router);
    middlewares.set(added.middleware.name, added.middleware);
  }
  return { ...dynamic, routers, middlewares };
};

const ownRouters = (config: StaticConfig): RouterConfig[] => {
  const at = { file: config.file, line: 1, column: 1 };
  const own = (name: string, entryPoint: string, more: { path: string; priority: number }): RouterConfig => ({
    name: `${name}@internal`,
    at,
    ruleAt: at,
    rule: `PathPrefix(\`${more.path}\`)`,
    priority: more.priority,
    service: `${name}@internal`,
    middlewares: [],
    entryPoints: [entryPoint],
    tls: false,
  });
  const { ping, api, prometheus } = config;
  return [
    ...(ping && !ping.manualRouting ? [own('ping', ping.entryPoint, { path: '/ping', priority: HIGHEST })] : []),
    ...(prometheus && !prometheus.manualRouting
      ? [own('prometheus', prometheus.entryPoint, { path: '/metrics', priority: HIGHEST })]
      : []),
    ...(api?.insecure ? [own('api', OWN_ENTRY_POINT, { path: '/api', priority: HIGHEST - 1 })] : []),
  ];
};

const redirectionOf = (
  entryPoint: EntryPointConfig,
  config: StaticConfig,
): { router: RouterConfig; middleware: MiddlewareConfig } | undefined => {
  const { redirection, at } = entryPoint;
  if (redirection === undefined) return undefined;
  const port = redirectPort(redirection.to, config);
  if (port === undefined) return undefined;
  const name = `${entryPoint.name}-to-${redirection.to}`.replace(/[^a-zA-Z0-9]+/g, '-').replace(/^-|-$/g, '');
  const middleware: MiddlewareConfig = {
    kind: 'redirectScheme',
    name: `redirect-${name}@internal`,
    at,
    scheme: redirection.scheme,
    port,
    permanent: redirection.permanent,
  };
  return {
    router: redirectRouter(entryPoint.name, `${name}@internal`, { at, priority: redirection.priority }),
    middleware,
  };
};

const redirectRouter = (
  entryPoint: string,
  name: string,
  { at, priority }: { at: Place; priority: number },
): RouterConfig => ({
  name,
  at,
  ruleAt: at,
  rule: 'HostRegexp(`^.+$`)',
  priority,
  service: 'noop@internal',
  middlewares: [`redirect-${name}`],
  entryPoints: [entryPoint],
  tls: false,
});

/** `:8443` is a port; anything else names an entry point. */
const redirectPort = (to: string, config: StaticConfig): string | undefined =>
  /^:\d+$/.test(to) ? to.slice(1) : config.entryPoints.get(to)?.port.toString();
