import { setTimeout as wait } from 'node:timers/promises';
import type { Topology } from '../../shared/topology/topology.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { Action, NodeVerb } from './scenario.ts';

type Context = { readonly cluster: Cluster; readonly signal: AbortSignal };

const EMPTY_POLL_MS = 100;
/** A node whose sessions do not end by then never gets empty: the scenario is at fault. */
const EMPTY_LIMIT_MS = 60_000;

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

export const perform = async (context: Context, action: Action): Promise<void> => {
  if (action.node !== undefined) return NODE_ACTIONS[action.verb](context, action.node);
  const { cluster } = context;
  switch (action.verb) {
    case 'stop-redis':
      return cluster.stopRedis();
    case 'start-redis':
      return cluster.startRedis();
    case 'cut-streams':
      return cluster.cutStreams();
    case 'change-config':
      return cluster.change(withAnotherRoute(cluster.topology()));
  }
};

const withState = (topology: Topology, id: string, state: Topology['nodes'][number]['state']): Topology => ({
  ...topology,
  nodes: topology.nodes.map((node) => (node.id === id ? { ...node, state } : node)),
});

/** A change that concerns no session: another route comes. */
const withAnotherRoute = (topology: Topology): Topology => {
  const name = `churn${topology.routes.length}`;
  return { ...topology, routes: [...topology.routes, { name, prefix: `/${name}` }] };
};

const awaitEmpty = async ({ cluster, signal }: Context, node: string): Promise<void> => {
  const deadline = performance.now() + EMPTY_LIMIT_MS;
  for (;;) {
    const left = (await cluster.sessions()).filter((session) => session.node === node && session.state === 'live');
    if (left.length === 0) return;
    if (performance.now() > deadline)
      throw new Error(`${node} still has ${left.length} sessions after a minute: give the fleet sessionSeconds`);
    await wait(EMPTY_POLL_MS, undefined, { signal });
  }
};
