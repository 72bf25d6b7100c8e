/** mooring/testing: a whole deployment on one machine, for a team's own tests. */
export type { Cluster, ClusterEvent, ClusterInstance, ClusterNode, ClusterOptions } from '../cluster/cluster.ts';
export { startCluster } from '../cluster/start-cluster.ts';
