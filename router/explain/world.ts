import { INERT_DEPS } from '../build-table.ts';
import { buildServices } from '../core/service/build.ts';
import type { Service } from '../core/service/service.ts';
import { compileTable } from '../core/table/compile.ts';
import type { RoutingTable } from '../core/table/table.ts';
import { buildMiddlewares } from '../traefik/middleware/build.ts';
import type { ExplainedServer } from './explanation.ts';
import { type NodeRoute, nodeNamesOf, nodeRoutesOf } from './node-routes.ts';
import type { ExplainInput } from './question.ts';

/** Services and routes of our own: choosing moves a round robin on, and nothing that runs may be moved by a question. */
export type World = ExplainInput & {
  readonly table: RoutingTable;
  readonly services: ReadonlyMap<string, Service>;
  readonly nodes: readonly NodeRoute[];
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
    nodeOf,
    serverAt: (service, url) => ({ url, node: nodeOf(url), up: isUp(input, service, url) }),
  };
};

/** Without a health check nobody finds out that a server is down. */
const isUp = ({ config, status }: ExplainInput, service: string, url: string): boolean => {
  const found = config.services.get(service);
  return found?.kind !== 'loadBalancer' || found.healthCheck === undefined || status.isUp(service, url);
};

/** The name and, where it is known, the URL behind it. */
export const serverName = ({ url, node }: Pick<ExplainedServer, 'url' | 'node'>): string =>
  node === undefined ? url : `${node} (${url})`;
