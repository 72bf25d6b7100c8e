/** The endpoints of MCP clients: routes to a service with a sticky cookie, or that match on a session id. */
import type { DynamicConfig, RouterConfig, ServiceConfig } from '../../router/core/model.ts';
import { servicesBelow } from '../../router/explain/node-routes.ts';
import { cookieName } from '../../shared/traefik/cookie-name.ts';

export type Endpoint = {
  readonly entryPoint: string;
  readonly tls: boolean;
  readonly host: string | undefined;
  readonly path: string;
};

export const endpointsOf = (config: DynamicConfig, entryPoints: readonly string[]): readonly Endpoint[] => {
  const found = new Map<string, Endpoint>();
  for (const router of config.routers.values()) {
    if (!isForSessions(config, router)) continue;
    for (const endpoint of placesOf(router, entryPoints)) found.set(JSON.stringify(endpoint), endpoint);
  }
  return [...found.values()];
};

const isForSessions = (config: DynamicConfig, router: RouterConfig): boolean =>
  /Mcp-Session-Id/i.test(router.rule) || cookieNamesFrom(config, router.service).length > 0;

const placesOf = ({ rule, entryPoints, tls }: RouterConfig, all: readonly string[]): Endpoint[] => {
  const path = literals(rule, 'PathPrefix|Path')[0] ?? '/mcp';
  const hosts = literals(rule, 'Host');
  const entryPoint = entryPoints[0] ?? all[0] ?? 'web';
  return (hosts.length > 0 ? hosts : [undefined]).map((host) => ({ entryPoint, tls, host, path }));
};

const literals = (rule: string, matcher: string): string[] =>
  [...rule.matchAll(new RegExp(`(?<![!\\w])(?:${matcher})\\(\\s*[\`"]([^\`"]+)[\`"]`, 'g'))].map(([, text]) => text!);

/** All cookies that are read from this service down. */
const cookieNamesFrom = (config: DynamicConfig, name: string): readonly string[] => [
  ...new Set(servicesBelow(config, name).flatMap(stickyName)),
];

/** Every server that one of these cookies, or a session's route, can lead to. */
export const serversFor = (config: DynamicConfig): readonly string[] => {
  const routers = [...config.routers.values()].filter((router) => isForSessions(config, router));
  const services = servicesBelow(config, ...routers.map(({ service }) => service));
  return [
    ...new Set(services.flatMap((one) => (one.kind === 'loadBalancer' ? one.servers.map(({ url }) => url) : []))),
  ];
};

export const allCookieNames = (config: DynamicConfig): readonly string[] => [
  ...new Set([...config.services.values()].flatMap(stickyName)),
];

const stickyName = (service: ServiceConfig): string[] =>
  service.kind !== 'failover' && service.sticky !== undefined ? [cookieName(service.sticky.name, service.name)] : [];
