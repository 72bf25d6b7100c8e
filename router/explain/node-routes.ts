import type { Place } from '../../shared/source/place.ts';
import { PARTS } from '../../shared/traefik/parts.ts';
import { asksForIds } from '../../shared/traefik/rules.ts';
import type { DynamicConfig, LoadBalancerConfig, ServiceConfig } from '../core/model.ts';

/** A node according to the files: the router for its session ids leads to its server only. */
export type NodeRoute = {
  readonly id: string;
  /** What its ids begin with: its name, or its tags. */
  readonly prefixes: readonly string[];
  readonly url: string;
  readonly router: string;
  readonly service: string;
  readonly at: Place;
};

const SESSION_RULE =
  /HeaderRegexp\(\s*[`"]Mcp-Session-Id[`"]\s*,\s*[`"]\^\(?([A-Za-z0-9_-]+(?:\|[A-Za-z0-9_-]+)*)\)?(?:\\{1,2}\.|\[\.\])/i;
const NODE_NAME = /^([A-Za-z0-9_-]{1,64})\../;

export const nodeRoutesOf = (config: DynamicConfig): readonly NodeRoute[] =>
  [...config.routers.values()].flatMap((router) => {
    const prefixes = SESSION_RULE.exec(router.rule)?.[1]?.split('|');
    const url = prefixes && onlyServerOf(config, router.service);
    return prefixes === undefined || url === undefined
      ? []
      : [
          {
            id: nodeNamed(router, prefixes),
            prefixes,
            url,
            router: router.name,
            service: router.service,
            at: router.ruleAt,
          },
        ];
  });

type Routed = { readonly name: string | undefined; readonly rule: string };

/** The node whose session ids a route matches; undefined: its rule does not match on ids. */
export const nodeTakenBy = (router: Routed): string | undefined => {
  const prefixes = SESSION_RULE.exec(router.rule)?.[1];
  return prefixes && nodeNamed(router, prefixes.split('|'));
};

const OWN_ROUTER = new RegExp(`^(?:${PARTS.node('')}|${PARTS.handle('')})([A-Za-z0-9_-]+)(?:~([\\d-]+))?@`);

/** A generated route has the node's name, even if its ids have a tag. Some providers have no upper case. */
const nodeNamed = ({ name = '' }: Pick<Routed, 'name'>, prefixes: readonly string[]): string => {
  const [, own, capitals] = OWN_ROUTER.exec(name) ?? [];
  const called = own && withCapitals(own, name.indexOf(own), capitals);
  return prefixes.find((one) => one.toLowerCase() === called?.toLowerCase()) ?? called ?? (prefixes[0] as string);
};

/** As written by one-case.ts. */
const withCapitals = (own: string, start: number, capitals = ''): string => {
  const at = new Set(capitals.split('-').map((place) => Number(place) - start));
  return capitals === '' ? own : [...own].map((letter, i) => (at.has(i) ? letter.toUpperCase() : letter)).join('');
};

const HANDLE_RULE =
  /HeaderRegexp\(\s*[`"](Mcp-(?:Param-[\w-]+|Name))[`"]\s*,\s*[`"]\^(?:[^`"]*:\/\/)?\(?([A-Za-z0-9_-]+(?:\|[A-Za-z0-9_-]+)*)\)?(?:\\{1,2}\.|\[\.\])/i;

/** The node whose handles and tasks a route matches, and by which header first. */
export const holderTakenBy = (router: Routed): { readonly header: string; readonly node: string } | undefined => {
  const [, header, prefixes] = HANDLE_RULE.exec(router.rule) ?? [];
  if (header === undefined || prefixes === undefined) return undefined;
  return { header, node: nodeNamed(router, prefixes.split('|')) };
};

const COOKIE_ROUTER = new RegExp(`^${PARTS.cookie('([A-Za-z0-9_-]+)')}@`);

/** Names of nodes by URL: from the routes of their session ids, else from our generated routes for their cookies. */
export const nodeNamesOf = (config: DynamicConfig): ReadonlyMap<string, string> => {
  const byCookie = [...config.routers.values()].flatMap(({ name, service }): [string, string][] => {
    const id = COOKIE_ROUTER.exec(name)?.[1];
    const url = id === undefined ? undefined : onlyServerOf(config, service);
    return id === undefined || url === undefined ? [] : [[url, id]];
  });
  return new Map([...byCookie, ...nodeRoutesOf(config).map(({ id, url }): [string, string] => [url, id])]);
};

/** The node that an id names, by name or tag; undefined: none. */
export const prefixOf = (id: string): string | undefined => NODE_NAME.exec(id)?.[1];

export const ownerOf = (id: string, nodes: readonly NodeRoute[]): NodeRoute | undefined => {
  const prefix = prefixOf(id);
  return nodes.find(({ prefixes }) => prefix !== undefined && prefixes.includes(prefix));
};

/** Servers that may get requests which name no node. */
export const pooledServers = (config: DynamicConfig): ReadonlySet<string> => {
  const open = [...config.routers.values()].filter(({ rule }) => !asksForIds(rule));
  const services = servicesBelow(config, ...open.map(({ service }) => service));
  return new Set(services.flatMap((one) => (one.kind === 'loadBalancer' ? one.servers.map(({ url }) => url) : [])));
};

/** These services and everything below them, at any depth, each once. */
export const servicesBelow = ({ services }: DynamicConfig, ...names: readonly string[]): readonly ServiceConfig[] => {
  const found = new Map<string, ServiceConfig>();
  const visit = (one: string): void => {
    const service = services.get(one);
    if (service === undefined || found.has(one)) return;
    found.set(one, service);
    if (service.kind === 'weighted') for (const child of service.services) visit(child.name);
    if (service.kind === 'failover') for (const child of [service.service, service.fallback]) visit(child);
  };
  for (const name of names) visit(name);
  return [...found.values()];
};

/** The balancers of one server that session routes lead to: their health shows whether the node is alive. */
export const ownBalancersOf = (config: DynamicConfig): ReadonlySet<string> =>
  new Set(
    [...config.routers.values()].flatMap(({ rule, service }) =>
      /Mcp-Session-Id/i.test(rule) ? (onlyBalancerOf(config, service)?.name ?? []) : [],
    ),
  );

/** The one server of a service; for a failover, of its main service. */
export const onlyServerOf = (config: DynamicConfig, name: string): string | undefined =>
  onlyBalancerOf(config, name)?.servers[0]?.url;

const onlyBalancerOf = ({ services }: DynamicConfig, name: string): LoadBalancerConfig | undefined => {
  let service = services.get(name);
  if (service?.kind === 'failover') service = services.get(service.service);
  return service?.kind === 'loadBalancer' && service.servers.length === 1 ? service : undefined;
};
