/** A parent that will be killed: it prints the processes that it started, one of them frozen, and waits. */
import { startCluster } from './start-cluster.ts';

const cluster = await startCluster({ nodes: 2 });
await cluster.freeze('n2');
console.log(JSON.stringify({ pids: cluster.nodes().map(({ pid }) => pid), redis: cluster.redis.url }));
