import type { DynamicConfig } from './core/model.ts';
import { buildServices, type ServiceDeps } from './core/service/build.ts';
import type { StaticConfig } from './core/static-model.ts';
import { compileTable } from './core/table/compile.ts';
import type { RoutingTable } from './core/table/table.ts';
import { buildMiddlewares, type MiddlewareDeps } from './traefik/middleware/build.ts';

/** Randomness, clock, health and network, as services and middlewares need them. */
export type TableDeps = ServiceDeps & MiddlewareDeps;

/** Builds a table from a complete configuration, with everything in it that can be built. */
export const buildTable = (config: DynamicConfig, staticConfig: StaticConfig, deps: TableDeps): RoutingTable => {
  const { services, errors: serviceErrors } = buildServices(config, deps);
  const { middlewares, errors: middlewareErrors } = buildMiddlewares(config, deps);
  return compileTable(config, staticConfig, { services, serviceErrors, middlewares, middlewareErrors });
};

/** For a table that serves no requests: every server is up, and the network is not used. */
export const INERT_DEPS: TableDeps = {
  random: () => 0,
  status: { isUp: () => true },
  now: () => 0,
  sleep: () => Promise.resolve(),
  fetchAuth: () => Promise.reject(new Error('this table is for inspection only')),
};
