import type { TopologyNode } from '../../shared/topology/topology.ts';

/** What a cluster of our own making calls its nodes, and where they are. */
export const plannedNodes = (ports: readonly number[]): readonly Pick<TopologyNode, 'id' | 'url'>[] =>
  ports.map((port, i) => ({ id: `n${i + 1}`, url: `http://127.0.0.1:${port}` }));
