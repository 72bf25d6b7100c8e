import type { Place } from '../../shared/source/place.ts';
import type { DynamicConfig, RouterConfig } from '../core/model.ts';

/** A node as the files name it: the router that takes its session ids leads to its server alone. */
export type NodeRoute = { readonly id: string; readonly url: string; readonly router: string; readonly at: Place };

const SESSION_RULE = /HeaderRegexp\(\s*[`"]Mcp-Session-Id[`"]\s*,\s*[`"]\^([A-Za-z0-9_-]+)(?:\\{1,2}\.|\[\.\])/i;
const NODE_NAME = /^([A-Za-z0-9_-]{1,64})\../;

export const nodeRoutesOf = (config: DynamicConfig): readonly NodeRoute[] =>
  [...config.routers.values()].flatMap((router) => {
    const id = nodeTakenBy(router.rule);
    const url = id === undefined ? undefined : onlyServer(config, router);
    return id === undefined || url === undefined ? [] : [{ id, url, router: router.name, at: router.ruleAt }];
  });

/** The node whose session ids a router's rule takes; undefined: it does not look at them. */
export const nodeTakenBy = (rule: string): string | undefined => SESSION_RULE.exec(rule)?.[1];

/** The node that a session id names; undefined: it names none. */
export const nodeOfSession = (id: string): string | undefined => NODE_NAME.exec(id)?.[1];

/** Servers that new clients can get: those of every service but the main ones of failovers. */
export const pooledServers = (config: DynamicConfig): ReadonlySet<string> => {
  const services = [...config.services.values()];
  const mains = new Set(services.flatMap((one) => (one.kind === 'failover' ? [one.service] : [])));
  const pools = services.flatMap((one) => (one.kind === 'loadBalancer' && !mains.has(one.name) ? [one] : []));
  return new Set(pools.flatMap(({ servers }) => servers.map(({ url }) => url)));
};

const onlyServer = ({ services }: DynamicConfig, router: RouterConfig): string | undefined => {
  let service = services.get(router.service);
  if (service?.kind === 'failover') service = services.get(service.service);
  if (service?.kind !== 'loadBalancer' || service.servers.length !== 1) return undefined;
  return service.servers[0]?.url;
};
