import type { Topology } from '../../topology/topology.ts';

/** Pools that name their servers themselves, for targets that have no pools of services, or where such a pool is unsafe. */
export const withServers = (topology: Topology): Topology => ({
  ...topology,
  cookie: { ...topology.cookie, of: 'url' },
});
