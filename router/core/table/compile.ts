import { type Middleware, ownInstances } from '../middleware.ts';
import type { DynamicConfig, RouterConfig } from '../model.ts';
import { compileRule } from '../rule/compile.ts';
import type { RuleError } from '../rule/rule.ts';
import type { Service } from '../service/service.ts';
import type { StaticConfig } from '../static-model.ts';
import { applyEntryPoints } from './entry-point-defaults.ts';
import { withInternal } from './internal.ts';
import type { EntryPointRoutes, InternalService, Route, RouterFault, RoutingTable, Standing } from './table.ts';

/** Services and middlewares already built; the errors name those that could not be. */
export type Parts = {
  readonly services: ReadonlyMap<string, Service>;
  readonly serviceErrors: ReadonlyMap<string, readonly string[]>;
  readonly middlewares: ReadonlyMap<string, readonly Middleware[]>;
  readonly middlewareErrors: ReadonlyMap<string, readonly string[]>;
};

/** The configuration to compile: the user's file, plus what Traefik and the entry points add. */
export const completeConfig = (dynamic: DynamicConfig, config: StaticConfig): DynamicConfig => {
  const all = withInternal(dynamic, config);
  return { ...all, routers: applyEntryPoints(all.routers.values(), config) };
};

/** Compiles a complete configuration into the table that requests are matched against. Broken routers are left out. */
export const compileTable = (config: DynamicConfig, staticConfig: StaticConfig, parts: Parts): RoutingTable => {
  const built = [...config.routers.values()].map((router) => build(router, staticConfig, parts));
  return {
    config,
    entryPoints: new Map([...staticConfig.entryPoints.keys()].map((name) => [name, routesOf(name, built)])),
    routers: new Map(built.map((one) => [one.config.name, one])),
    services: standings(config.services.keys(), parts.serviceErrors, (name) => usersOf(name, built, 'service')),
    middlewares: standings(config.middlewares.keys(), parts.middlewareErrors, (name) =>
      usersOf(name, built, 'middlewares'),
    ),
  };
};

type Built = Standing & {
  readonly config: RouterConfig;
  readonly using: readonly string[];
  readonly faults: readonly RouterFault[];
  readonly route: Route | undefined;
};

const build = (config: RouterConfig, staticConfig: StaticConfig, parts: Parts): Built => {
  const using = config.entryPoints.filter((name) => staticConfig.entryPoints.has(name)).sort();
  const warnings = config.entryPoints.filter((name) => !staticConfig.entryPoints.has(name)).map(noEntryPoint);
  const compiled = compileRule(config.rule);
  const priority = config.priority || Buffer.byteLength(config.rule);
  const service = serviceOf(config.service, staticConfig, parts);
  const chain = chainOf(config.middlewares, parts);
  const faults: readonly RouterFault[] = [
    ...(using.length === 0 ? [NO_ENTRY_POINT] : []),
    ...(config.service === ''
      ? NO_SERVICE
      : [
          ...('error' in compiled ? [ruleFault(compiled.error)] : []),
          ...(service.error === undefined ? [] : [serviceFault(config.service, service.error)]),
          ...chain.faults,
        ]),
  ];
  const route: Route | undefined =
    faults.length > 0 || 'error' in compiled || service.service === undefined
      ? undefined
      : { name: config.name, rule: compiled.rule, priority, middlewares: chain.list, service: service.service, config };
  const all = [...warnings, ...faults];
  return {
    status: faults.length > 0 ? 'disabled' : warnings.length > 0 ? 'warning' : 'enabled',
    errors: all.map(({ message }) => message),
    faults: all,
    config: { ...config, priority },
    using,
    route,
  };
};

const NO_ENTRY_POINT: RouterFault = { part: 'entryPoints', message: 'no valid entryPoint for this router' };

/** Traefik reports it twice, and checks nothing else. */
const NO_SERVICE: readonly RouterFault[] = [
  { part: 'service', message: 'router has no service and no child routers' },
  { part: 'service', message: 'router must have either a service or child routers' },
];

const serviceFault = (name: string, message: string): RouterFault => ({ part: 'service', name, message });

const noEntryPoint = (name: string): RouterFault => ({
  part: 'entryPoints',
  name,
  message: `entryPoint "${name}" doesn't exist`,
});

const ruleFault = ({ message }: RuleError): RouterFault => {
  const unknown = /unsupported function: (\S+)/.exec(message)?.[1];
  return { part: 'rule', message, ...(unknown !== undefined && { name: unknown }) };
};

const serviceOf = (
  name: string,
  config: StaticConfig,
  parts: Parts,
): { service?: Service | InternalService; error?: string } => {
  if (name === 'noop@internal') return { service: name };
  if (name === 'ping@internal') return config.ping ? { service: name } : { error: 'ping is not enabled' };
  if (name === 'api@internal') return config.api ? { service: name } : { error: 'api is not enabled' };
  if (name === 'prometheus@internal')
    return config.prometheus ? { service: name } : { error: 'prometheus is not enabled' };
  if (name.endsWith('@internal')) return { error: `unknown internal service ${name}` };
  const errors = parts.serviceErrors.get(name);
  if (errors !== undefined) return { error: errors.join(', ') };
  const service = parts.services.get(name);
  return service ? { service } : { error: `the service "${name}" does not exist` };
};

const chainOf = (names: readonly string[], parts: Parts): { list: Middleware[]; faults: RouterFault[] } => {
  const list: Middleware[] = [];
  const faults: RouterFault[] = [];
  for (const name of names) {
    const found = parts.middlewares.get(name);
    const message = parts.middlewareErrors.get(name)?.join(', ') ?? `middleware "${name}" does not exist`;
    if (found) list.push(...ownInstances(found));
    else faults.push({ part: 'middlewares', name, message });
  }
  return { list, faults };
};

/** Highest priority first. Traefik's order among equals is random; here it is by name. */
const routesOf = (entryPoint: string, built: readonly Built[]): EntryPointRoutes => {
  const routes = built
    .filter((one) => one.using.includes(entryPoint))
    .flatMap((one) => one.route ?? [])
    .sort((a, b) => b.priority - a.priority || (a.name < b.name ? -1 : 1));
  return { plain: routes.filter((route) => !route.config.tls), tls: routes.filter((route) => route.config.tls) };
};

const usersOf = (name: string, built: readonly Built[], key: 'service' | 'middlewares'): string[] =>
  built
    .filter(({ config }) => (key === 'service' ? config.service === name : config.middlewares.includes(name)))
    .map(({ config }) => config.name)
    .sort();

const standings = (
  names: Iterable<string>,
  errors: ReadonlyMap<string, readonly string[]>,
  usedBy: (name: string) => string[],
): Map<string, Standing & { usedBy: readonly string[] }> =>
  new Map(
    [...names].map((name) => {
      const found = errors.get(name);
      return [name, { status: found ? 'disabled' : 'enabled', errors: found ?? [], usedBy: usedBy(name) }];
    }),
  );
