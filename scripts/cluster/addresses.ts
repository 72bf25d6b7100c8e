import type { Topology } from '../../shared/topology/topology.ts';
import { internalEntryPoint, servingEntryPoints } from '../../shared/traefik/entry-points.ts';

type Address = { readonly name: string; readonly scheme: string; readonly host: string; readonly port: number };

/** The address for clients: the first entry point that serves them. */
export const clientEntryPoint = (topology: Topology): Address => addressOf(topology, servingEntryPoints(topology)[0]);

export const clientUrl = (topology: Topology): string => urlOf(clientEntryPoint(topology));

/** The proxy's own entry point: ping and metrics. */
export const internalUrl = (topology: Topology): string => urlOf(addressOf(topology, internalEntryPoint(topology)));

const urlOf = ({ scheme, host, port }: Address): string =>
  `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`;

const addressOf = ({ entryPoints }: Topology, name = ''): Address => {
  const entryPoint = entryPoints[name];
  if (entryPoint === undefined) throw new Error('the topology has no entry point that serves clients');
  const [, written = '', port] = /^(.*):(\d+)$/.exec(entryPoint.address) ?? [];
  const host = written.replace(/^\[|\]$/g, '');
  const reachable = ['', '0.0.0.0', '::'].includes(host) ? '127.0.0.1' : host;
  return { name, scheme: entryPoint.tls === false ? 'http' : 'https', host: reachable, port: Number(port) };
};
