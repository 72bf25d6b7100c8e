import type { Found } from '../../found.ts';
import type { Hazard } from '../hazard.ts';
import type { Topology } from '../topology.ts';

/** A PathPrefix is a plain text prefix: /mcp also matches /mcp-admin. */
export const pathHazards = ({ prefix, routes, entryPoints }: Topology): Found<Hazard> => [
  prefix === '/' ? everything : undefined,
  routes.map((route, i) => {
    const path = `routes[${i}].prefix`;
    const before = routes.slice(0, i);
    if (prefix !== '/' && route.prefix.startsWith(prefix)) return hidden(route.prefix, prefix, path);
    return [
      route.prefix !== '/' && prefix.startsWith(route.prefix) ? round(route.prefix, prefix, path) : undefined,
      route.prefix === '/' ? rootRoute(path) : undefined,
      UPLOADS.test(route.prefix) && Object.values(entryPoints).every(cutsAtDefault) ? slowUploads(path) : undefined,
      before.filter((other) => other.prefix === route.prefix).map((other) => twice(other.name, route, path)),
    ];
  }),
  routes.map(({ name }, i) =>
    routes.slice(0, i).some((other) => other.name === name) ? sameName(name, `routes[${i}].name`) : undefined,
  ),
];

/** Typical names of upload paths. */
const UPLOADS = /upload|import|ingest|attachment|files?$/i;
const cutsAtDefault = ({ readTimeout }: Topology['entryPoints'][string]): boolean => readTimeout === undefined;

const slowUploads = (path: string): Hazard => ({
  name: 'slow-uploads',
  severity: 'warning',
  path,
  message: 'Traefik cuts a request that takes longer than 60 s to arrive, such as a large upload on a slow line',
  remedy: 'set readTimeout of the entry point to the time that the largest upload takes, or upload in parts',
});

const everything: Hazard = {
  name: 'mcp-everywhere',
  severity: 'warning',
  path: 'prefix',
  message: 'the MCP endpoint is at /, so every path is pinned to a node and no other route is ever reached',
  remedy: 'give the endpoint a path of its own, such as /mcp',
};

const hidden = (route: string, prefix: string, path: string): Hazard => ({
  name: 'hidden-route',
  severity: 'error',
  path,
  message: `${route} begins with ${prefix}, so its requests go to the MCP endpoint and never reach this route`,
  remedy: `choose a path that does not begin with ${prefix}`,
});

const round = (route: string, prefix: string, path: string): Hazard => ({
  name: 'route-round-mcp',
  severity: 'warning',
  path,
  message: `${prefix} also begins with ${route}: its requests go to the MCP endpoint, the others of ${route} come here`,
  remedy: 'choose a longer path if that is not what you want',
});

const rootRoute = (path: string): Hazard => ({
  name: 'route-is-default',
  severity: 'error',
  path,
  message: 'the default route has the prefix / too: Traefik would choose between the two at random',
  remedy: 'remove this route; the default one does the same',
});

const twice = (other: string, { name, prefix }: { name: string; prefix: string }, path: string): Hazard => ({
  name: 'same-prefix',
  severity: 'error',
  path,
  message: `${other} and ${name} both have the prefix ${prefix}: Traefik would choose between the two at random`,
  remedy: 'keep one of them',
});

const sameName = (name: string, path: string): Hazard => ({
  name: 'same-route',
  severity: 'error',
  path,
  message: `two routes are called ${name}: the later one would replace the other`,
  remedy: 'give each its own name',
});
