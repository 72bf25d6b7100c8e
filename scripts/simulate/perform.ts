import { setTimeout as wait } from 'node:timers/promises';
import type { Topology } from '../../shared/topology/topology.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { Action, ClusterVerb, NodeVerb } from './scenario.ts';

type Context = {
  readonly cluster: Cluster;
  readonly signal: AbortSignal;
  readonly dropConnections: () => void;
  /** How many clients that still try have had no answer since. */
  readonly withoutAnswer: (since: number) => number;
};

const POLL_MS = 100;
/** After this time it will never happen: the scenario, or the cluster, is at fault. */
const LIMIT_MS = 60_000;

const NODE_ACTIONS: Readonly<Record<NodeVerb, (context: Context, node: string) => Promise<void>>> = {
  kill: ({ cluster }, node) => cluster.kill(node),
  stop: ({ cluster }, node) => cluster.stop(node),
  start: ({ cluster }, node) => cluster.start(node),
  restart: ({ cluster }, node) => cluster.restart(node),
  freeze: ({ cluster }, node) => cluster.freeze(node),
  thaw: ({ cluster }, node) => cluster.thaw(node),
  drain: ({ cluster }, node) => cluster.drain(node),
  undrain: ({ cluster }, node) => cluster.change(withState(cluster.topology(), node, 'active')),
  'take-out': ({ cluster }, node) => cluster.change(withState(cluster.topology(), node, 'out')),
  'await-empty': (context, node) => awaitEmpty(context, node),
};

const CLUSTER_ACTIONS: Readonly<Record<ClusterVerb, (context: Context) => Promise<void> | void>> = {
  'drop-connections': ({ dropConnections }) => dropConnections(),
  'await-answers': (context) => awaitAnswers(context),
  'stop-redis': ({ cluster }) => cluster.stopRedis(),
  'start-redis': ({ cluster }) => cluster.startRedis(),
  'cut-streams': ({ cluster }) => cluster.cutStreams(),
  'change-config': ({ cluster }) => cluster.change(withAnotherRoute(cluster.topology())),
};

export const perform = async (context: Context, { verb, node }: Action): Promise<void> =>
  node === undefined ? CLUSTER_ACTIONS[verb](context) : NODE_ACTIONS[verb](context, node);

const withState = (topology: Topology, id: string, state: Topology['nodes'][number]['state']): Topology => ({
  ...topology,
  nodes: topology.nodes.map((node) => (node.id === id ? { ...node, state } : node)),
});

/** A harmless change: one more route. */
const withAnotherRoute = (topology: Topology): Topology => {
  const name = `churn${topology.routes.length}`;
  return { ...topology, routes: [...topology.routes, { name, prefix: `/${name}` }] };
};

const awaitEmpty = (context: Context, node: string): Promise<void> =>
  awaitNone(context, {
    left: async () => {
      const sessions = await context.cluster.sessions();
      return sessions.filter((session) => session.node === node && session.state === 'live').length;
    },
    otherwise: (left) => `${node} still has ${left} sessions after a minute: set sessionSeconds for the fleet`,
  });

const awaitAnswers = (context: Context): Promise<void> => {
  const since = performance.now();
  return awaitNone(context, {
    left: async () => context.withoutAnswer(since),
    otherwise: (left) => `${left} clients have had no answer for a minute`,
  });
};

type Awaited = { readonly left: () => Promise<number>; readonly otherwise: (left: number) => string };

const awaitNone = async ({ signal }: Context, { left, otherwise }: Awaited): Promise<void> => {
  const deadline = performance.now() + LIMIT_MS;
  for (let count = await left(); count > 0; count = await left()) {
    if (performance.now() > deadline) throw new Error(otherwise(count));
    await wait(POLL_MS, undefined, { signal });
  }
};
