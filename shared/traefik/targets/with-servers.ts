import type { Topology } from '../../topology/topology.ts';

/** Pools that list servers directly, for targets without pools of services, or where such a pool is unsafe. */
export const withServers = (topology: Topology): Topology => ({
  ...topology,
  cookie: { ...topology.cookie, of: 'url' },
});
