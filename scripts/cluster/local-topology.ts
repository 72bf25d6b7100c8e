import { type Topology, topologySchema } from '../../shared/topology/topology.ts';
import { minorOf } from '../../shared/traefik/minors.ts';
import { anyTraefik } from '../../shared/traefik-binary.ts';
import type { ClusterOptions } from './cluster.ts';
import { plannedNodes } from './planned-nodes.ts';

/** Free ports on this machine for a cluster. */
export type Ports = { readonly proxy: number; readonly internal: number; readonly nodes: readonly number[] };

/** The default topology of a cluster: config/dev.yaml on free ports. */
export const localTopology = (options: ClusterOptions, ports: Ports): Topology =>
  topologySchema.parse({
    nodes: plannedNodes(ports.nodes),
    ...(options.affinity && { affinity: options.affinity }),
    entryPoints: {
      web: { address: `${bracketed(options.host ?? '127.0.0.1')}:${ports.proxy}`, tls: options.https ?? false },
      traefik: { address: `127.0.0.1:${ports.internal}` },
    },
    // Nodes share the CPU with everything else here, such as a test suite: slow does not mean dead.
    healthCheck: { interval: '1s', timeout: '3s', ready: { interval: '1s', timeout: '3s' } },
    // Clients do not send a Secure cookie over plain HTTP.
    cookie: { secure: options.https ?? false },
    observe: { accessLog: options.proxy === 'traefik' },
  });

const bracketed = (host: string): string => (host.includes(':') ? `[${host}]` : host);

/**
 * Traefik's metrics and API show that it has read its files, so a cluster behind it always has them, on their own
 * entry point. The files only use what the installed Traefik supports.
 */
export const withInternals = (topology: Topology, { proxy }: ClusterOptions, ports: Ports): Topology => {
  if (proxy !== 'traefik') return topology;
  const minor = minorOf(anyTraefik()?.version ?? '');
  const internal = { address: `127.0.0.1:${ports.internal}`, tls: false, trustedIPs: [] };
  return {
    ...topology,
    traefik: minor ?? topology.traefik,
    entryPoints: { traefik: internal, ...topology.entryPoints },
    observe: { ...topology.observe, metrics: true },
  };
};
