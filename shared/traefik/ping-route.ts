import type { Topology } from '../topology/topology.ts';
import type { TraefikDynamic } from './dynamic.ts';
import { internalEntryPoint } from './entry-points.ts';
import { PARTS } from './parts.ts';

/** Before every route of the topology. */
const PRIORITY = 10_000;

/**
 * Traefik's own route of /ping exists before the routes of the file, and answers 200 while all others are still 404. A
 * route in the file answers 200 only when Traefik serves the others too, which is what a probe needs.
 */
export const withPingRoute = (dynamic: TraefikDynamic, topology: Topology): TraefikDynamic => {
  const entryPoints = [internalEntryPoint(topology)];
  const ping = { entryPoints, rule: 'Path(`/ping`)', priority: PRIORITY, service: 'ping@internal' };
  return { ...dynamic, http: { ...dynamic.http, routers: { ...dynamic.http.routers, [PARTS.ping]: ping } } };
};
