/** The configuration for Traefik's Redis provider: one key per value, below `traefik/`. */
import { createHash } from 'node:crypto';
import type { Topology, TopologyNode } from '../../topology/topology.ts';
import { dynamicOf, type TraefikDynamic, type TraefikService } from '../dynamic.ts';
import { type Leaf, leavesOf } from './leaves.ts';
import { withOneCase } from './one-case.ts';
import { withServers } from './with-servers.ts';

export type Keys = ReadonlyMap<string, string>;

export const ROOT_KEY = 'traefik';

/**
 * Traefik reads the store key by key: it may see a node's entry in a pool before or after the node itself. A server's
 * entry is complete by itself. A service that names a missing one loses its routes, and everybody their session.
 */
export const keysOf = (topology: Topology): Keys =>
  keysOfLeaves(leavesOf(withSubstance(withOneCase(dynamicOf(withServers(topology))))));

/**
 * The keys that one node adds without knowing the others: all nodes' keys together are the whole configuration.
 * `shared` is the same from each of them and outlives any one; `own` goes when the node goes.
 */
export const keysOfNode = (node: TopologyNode, topology: Topology): { readonly own: Keys; readonly shared: Keys } => {
  const shared = keysOf({ ...topology, nodes: [] });
  const alone = withOneCase(dynamicOf(withServers({ ...topology, nodes: [node] })));
  const keys = keysOfLeaves(leavesOf(alone).map((leaf) => atOwnIndex(leaf, node)));
  return { own: new Map([...keys].filter(([key]) => !shared.has(key))), shared };
};

const keysOfLeaves = (leaves: readonly Leaf[]): Keys =>
  new Map(leaves.map(({ path, value }) => [[ROOT_KEY, ...path].join('/'), value]));

/** A balancer without any key would not exist: the store has no empty list. */
const withSubstance = (dynamic: TraefikDynamic): object => ({
  ...dynamic,
  http: {
    ...dynamic.http,
    services: Object.fromEntries(
      Object.entries(dynamic.http.services).map(([name, service]) => [name, substantial(service)]),
    ),
  },
});

const substantial = (service: TraefikService): object =>
  'loadBalancer' in service && service.loadBalancer.servers.length === 0
    ? { loadBalancer: { ...service.loadBalancer, passHostHeader: true } }
    : service;

/** Its index in the pools, unique without anybody assigning numbers. */
const atOwnIndex = ({ path, value }: Leaf, { id }: TopologyNode): Leaf => {
  const at = path.indexOf('servers');
  return at < 0 ? { path, value } : { path: path.with(at + 1, indexOf(id)), value };
};

const INDEX_BYTES = 4;
const indexOf = (id: string): string =>
  `${createHash('sha256').update(id).digest().readUIntBE(0, INDEX_BYTES)}`.padStart(10, '0');
