import type { Topology } from '../topology/topology.ts';
import type { TraefikDynamic } from './dynamic.ts';
import { internalEntryPoint } from './entry-points.ts';
import { PARTS } from './parts.ts';

/** Before every route of the topology. */
const PRIORITY = 10_000;

/**
 * Traefik's own route of /ping is there before those of the file, and answers 200 while all others are still 404. One
 * that comes with them says 200 when Traefik serves, which is what a probe wants to know.
 */
export const withPingRoute = (dynamic: TraefikDynamic, topology: Topology): TraefikDynamic => {
  const entryPoints = [internalEntryPoint(topology)];
  const ping = { entryPoints, rule: 'Path(`/ping`)', priority: PRIORITY, service: 'ping@internal' };
  return { ...dynamic, http: { ...dynamic.http, routers: { ...dynamic.http.routers, [PARTS.ping]: ping } } };
};
