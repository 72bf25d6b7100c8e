import type { Topology } from '../../shared/topology/topology.ts';
import { internalEntryPoint, servingEntryPoints } from '../../shared/traefik/entry-points.ts';

/** Where clients go: the first entry point that serves them. */
export const clientUrl = (topology: Topology): string => urlOf(topology, servingEntryPoints(topology)[0]);

/** Where the proxy answers for itself: ping and metrics. */
export const internalUrl = (topology: Topology): string => urlOf(topology, internalEntryPoint(topology));

const urlOf = ({ entryPoints }: Topology, name: string | undefined): string => {
  const entryPoint = name === undefined ? undefined : entryPoints[name];
  if (entryPoint === undefined) throw new Error('the topology has no entry point that serves clients');
  const [, host = '', port = ''] = /^(.*):(\d+)$/.exec(entryPoint.address) ?? [];
  const reachable = ['', '0.0.0.0', '[::]'].includes(host) ? '127.0.0.1' : host;
  return `${entryPoint.tls === false ? 'http' : 'https'}://${reachable}:${port}`;
};
