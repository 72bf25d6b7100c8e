import type { DynamicConfig } from '../config/model.ts';
import type { StaticConfig } from '../config/static-model.ts';
import { buildMiddlewares, type MiddlewareDeps } from '../middleware/build.ts';
import { buildServices, type ServiceDeps } from '../service/build.ts';
import { compileTable } from './compile.ts';
import type { RoutingTable } from './table.ts';

/** Chance, clock, health and the network, as far as services and middlewares need them. */
export type Surroundings = ServiceDeps & MiddlewareDeps;

/** From a complete configuration to the table in force, with everything in it that can be built. */
export const buildTable = (
  config: DynamicConfig,
  staticConfig: StaticConfig,
  surroundings: Surroundings,
): RoutingTable => {
  const { services, errors: serviceErrors } = buildServices(config, surroundings);
  const { middlewares, errors: middlewareErrors } = buildMiddlewares(config, surroundings);
  return compileTable(config, staticConfig, { services, serviceErrors, middlewares, middlewareErrors });
};

/** For a table that no request will meet: every server is up, and nothing is ever asked of the network. */
export const STILL: Surroundings = {
  random: () => 0,
  status: { isUp: () => true },
  now: () => 0,
  sleep: () => Promise.resolve(),
  fetchAuth: () => Promise.reject(new Error('a table that is only looked at forwards nothing')),
};
