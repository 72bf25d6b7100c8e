/** A topology inside a container network, where every node has a stable name. */
import { isIP } from 'node:net';
import type { Topology, TopologyNode } from '../../topology/topology.ts';
import { INTERNAL_ENTRY_POINT } from '../entry-points.ts';
import { registryElsewhere } from './container-settings.ts';

export type Container = {
  /** The service's name, which is also a host name. */
  readonly service: string;
  /** As its URL has it. */
  readonly host: string;
  readonly port: number;
  readonly node: TopologyNode;
};
export type Published = { readonly target: number; readonly published: number; readonly host_ip?: string };
export type Contained = {
  readonly topology: Topology;
  readonly containers: readonly Container[];
  /** undefined: one of our own. */
  readonly registry: string | undefined;
  readonly ports: readonly Published[];
};

const PORT = 8080;
const OTHERS = ['traefik', 'redis'];

export const containedOf = (topology: Topology): Contained => {
  const present = topology.nodes.filter(({ state }) => state !== 'out');
  const services = serviceNames(present);
  const containers = present.map((node, i) => containerOf(node, services[i]!, { present, services }));
  return {
    topology: { ...topology, nodes: containers.map(({ node }) => node), entryPoints: insideAddresses(topology) },
    containers,
    registry: registryElsewhere(topology.registry),
    ports: Object.entries(topology.entryPoints).map(([name, { address }]) => published(address, name)),
  };
};

/** Must begin with a letter: 0x1f would be read as an address. */
const HOST_NAME = /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** The node's own id if it is a unique host name. */
const serviceNames = (nodes: readonly TopologyNode[]): readonly string[] => {
  const ids = new Set(nodes.map(({ id }) => id));
  return nodes.map(({ id }, i) => {
    if (HOST_NAME.test(id) && !OTHERS.includes(id)) return id;
    let name = `node-${i + 1}`;
    while (ids.has(name)) name += '-x';
    return name;
  });
};

type Neighbours = { readonly present: readonly TopologyNode[]; readonly services: readonly string[] };

/**
 * The URL is kept if the container can have its host name: then production's cookies are the same here. An address,
 * localhost or a name shared by two nodes is replaced by the service's name.
 */
const containerOf = (node: TopologyNode, service: string, { present, services }: Neighbours): Container => {
  const { hostname, port, protocol } = new URL(node.url);
  const shared = present.filter(({ url }) => new URL(url).hostname === hostname).length > 1;
  const ownName = !isIP(hostname.replace(/[[\]]/g, '')) && hostname !== 'localhost' && !shared;
  const taken = hostname !== service && [...services, ...OTHERS].includes(hostname);
  if (!ownName || taken || protocol !== 'http:')
    return { service, host: service, port: PORT, node: { ...node, url: `http://${service}:${PORT}` } };
  return { service, host: hostname, port: port === '' ? 80 : Number(port), node };
};

const partsOf = (address: string): { readonly host: string; readonly port: string } => {
  const [, host = '', port = ''] = /^(.*):(\d+)$/.exec(address) ?? [];
  return { host, port };
};

const insideAddresses = ({ entryPoints }: Topology): Topology['entryPoints'] =>
  Object.fromEntries(
    Object.entries(entryPoints).map(([name, entryPoint]) => [
      name,
      { ...entryPoint, address: `:${partsOf(entryPoint.address).port}` },
    ]),
  );

/** Traefik's own entry point, with /ping and /metrics, is for this machine unless the topology says otherwise. */
const published = (address: string, name: string): Published => {
  const { host, port } = partsOf(address);
  const bare = host.replace(/[[\]]/g, '');
  const ip = isIP(bare) ? bare : name === INTERNAL_ENTRY_POINT ? '127.0.0.1' : undefined;
  return { target: Number(port), published: Number(port), ...(ip !== undefined && { host_ip: ip }) };
};
