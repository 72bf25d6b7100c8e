import type { TopologyNode } from '../../shared/topology/topology.ts';

/** Names and URLs of the nodes of a cluster without a topology file. */
export const plannedNodes = (ports: readonly number[]): readonly Pick<TopologyNode, 'id' | 'url'>[] =>
  ports.map((port, i) => ({ id: `n${i + 1}`, url: `http://127.0.0.1:${port}` }));
