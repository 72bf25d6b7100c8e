import { INERT_DEPS } from '../build-table.ts';
import { buildServices } from '../core/service/build.ts';
import type { Service } from '../core/service/service.ts';
import { compileTable } from '../core/table/compile.ts';
import type { RoutingTable } from '../core/table/table.ts';
import { buildMiddlewares } from '../traefik/middleware/build.ts';
import { type CookieTarget, cookieTargets } from './decode-cookie.ts';
import type { ExplainedServer } from './explanation.ts';
import { type NodeRoute, nodeNamesOf, nodeRoutesOf } from './node-routes.ts';
import type { ExplainInput } from './question.ts';

/** Separate services and routes: choosing advances a round robin, and explaining must not affect the running router. */
export type World = ExplainInput & {
  readonly table: RoutingTable;
  readonly services: ReadonlyMap<string, Service>;
  readonly nodes: readonly NodeRoute[];
  readonly cookieTargets: readonly CookieTarget[];
  nodeOf(url: string): string | undefined;
  serverAt(service: string, url: string): ExplainedServer;
};

export const worldOf = (input: ExplainInput): World => {
  const { config, staticConfig, status } = input;
  const deps = { ...INERT_DEPS, status };
  const { services, errors: serviceErrors } = buildServices(config, deps);
  const { middlewares, errors: middlewareErrors } = buildMiddlewares(config, deps);
  const nodes = nodeRoutesOf(config);
  const names = nodeNamesOf(config);
  const nodeOf = (url: string): string | undefined => names.get(url);
  return {
    ...input,
    table: compileTable(config, staticConfig, { services, serviceErrors, middlewares, middlewareErrors }),
    services,
    nodes,
    cookieTargets: cookieTargets(config, nodeOf),
    nodeOf,
    serverAt: (service, url) => ({ url, node: nodeOf(url), up: isUp(input, service, url) }),
  };
};

/** Without a health check a server is never marked down. */
const isUp = ({ config, status }: ExplainInput, service: string, url: string): boolean => {
  const found = config.services.get(service);
  return found?.kind !== 'loadBalancer' || found.healthCheck === undefined || status.isUp(service, url);
};

/** The node's name, if known, and the URL. */
export const serverName = ({ url, node }: Pick<ExplainedServer, 'url' | 'node'>): string =>
  node === undefined ? url : `${node} (${url})`;
