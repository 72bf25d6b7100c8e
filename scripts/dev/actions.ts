/** What one can do to a running cluster, by key or from another terminal; each says what it did and what follows. */

import { Misuse } from '../cli/misuse.ts';
import type { Cluster, ClusterNode } from '../cluster/cluster.ts';
import { nodesText, sessionsText } from './tables.ts';

export type Outcome = { readonly text: string; readonly data?: unknown };

export type ActionContext = {
  readonly cluster: Cluster;
  readonly dashboard: () => string | null;
  /** Why the last request went where it went. */
  readonly explain: () => Promise<Outcome>;
  readonly openPage: (url: string) => void;
  readonly demo: () => Promise<Outcome>;
  readonly quit: () => void;
  redisUp: boolean;
};

type Action = {
  readonly usage: string;
  readonly summary: string;
  run(context: ActionContext, args: readonly string[]): Promise<Outcome>;
};

const nodeAction = (
  summary: string,
  run: (context: ActionContext, node: ClusterNode) => Promise<string>,
): Omit<Action, 'usage'> => ({
  summary,
  run: async (context, [id]) => {
    const nodes = context.cluster.nodes();
    const node = nodes.find((each) => each.id === id);
    const known = nodes.map((each) => each.id).join(', ');
    if (node === undefined)
      throw new Misuse(id === undefined ? `which node? ${known}` : `there is no node ${id}; there are ${known}`);
    const text = await run(context, node);
    return { text, data: context.cluster.nodes().find((each) => each.id === id) };
  },
});

const named = (name: string, action: Omit<Action, 'usage'>): Action => ({ ...action, usage: `${name} NODE` });

const OF_NODES: Readonly<Record<string, Omit<Action, 'usage'>>> = {
  kill: nodeAction('SIGKILL; it stays down until it is started', async ({ cluster }, { id }) => {
    await cluster.kill(id);
    return `${id} was killed, and its sessions with it: their clients get 404 and have to open new ones; restart ${id} brings it back`;
  }),
  stop: nodeAction('SIGTERM: running calls may end', async ({ cluster }, { id }) => {
    await cluster.stop(id);
    return `${id} has stopped; restart ${id} brings it back`;
  }),
  start: nodeAction('starts one that is down', async ({ cluster }, { id }) => {
    await cluster.start(id);
    return `${id} is up`;
  }),
  restart: nodeAction('stops and starts it', async ({ cluster }, { id, state }) => {
    await (state === 'down' ? cluster.start(id) : cluster.restart(id));
    return `${id} is up again, without the sessions it had; their clients get 404 with reason owner-restarted`;
  }),
  freeze: nodeAction('SIGSTOP: it holds its connections and answers nothing', async ({ cluster }, { id }) => {
    await cluster.freeze(id);
    return `${id} is frozen; the health check takes it out within a second or two; thaw ${id} ends that`;
  }),
  thaw: nodeAction('SIGCONT', async ({ cluster }, { id }) => {
    await cluster.thaw(id);
    return `${id} goes on where it stood`;
  }),
  drain: nodeAction('no new sessions; its own go on', async ({ cluster }, { id }) => {
    await cluster.drain(id);
    return `${id} drains: no new sessions, its own go on; undrain ${id} ends that`;
  }),
  undrain: nodeAction('takes new sessions again', async ({ cluster }, { id }) => {
    await cluster.undrain(id);
    return `${id} takes new sessions again`;
  }),
  'freeze-or-thaw': nodeAction('whichever it is not', async (context, { id, state }) =>
    textOf(await OF_NODES[state === 'frozen' ? 'thaw' : 'freeze']!.run(context, [id])),
  ),
  'drain-or-undrain': nodeAction('whichever it is not', async (context, { id, draining }) =>
    textOf(await OF_NODES[draining ? 'undrain' : 'drain']!.run(context, [id])),
  ),
};

const textOf = ({ text }: Outcome): string => text;

const OF_CLUSTER: Readonly<Record<string, Action>> = {
  nodes: {
    usage: 'nodes',
    summary: 'the nodes and how they are',
    run: async ({ cluster }) => ({ text: nodesText(cluster.nodes()), data: cluster.nodes() }),
  },
  sessions: {
    usage: 'sessions',
    summary: 'the sessions and where they are',
    run: async ({ cluster }) => {
      const sessions = await cluster.sessions();
      return { text: sessionsText(sessions, cluster.nodes(), Date.now()), data: sessions };
    },
  },
  explain: {
    usage: 'explain',
    summary: 'why the last request went where it went',
    run: (context) => context.explain(),
  },
  cut: {
    usage: 'cut',
    summary: 'ends all connections of clients',
    run: async ({ cluster }) => {
      await cluster.cutStreams();
      return { text: 'all connections of clients were cut; their sessions are still there' };
    },
  },
  redis: {
    usage: 'redis [stop|start]',
    summary: 'takes Redis away, or brings it back',
    run: async (context, [what = context.redisUp ? 'stop' : 'start']) => {
      if (what !== 'stop' && what !== 'start') throw new Misuse(`redis ${what}: it is stop or start`);
      await (what === 'stop' ? context.cluster.stopRedis() : context.cluster.startRedis());
      context.redisUp = what === 'start';
      return {
        text: context.redisUp
          ? 'Redis is up again'
          : 'Redis is stopped; live sessions go on, redis start brings it back',
      };
    },
  },
  demo: { usage: 'demo', summary: 'demo traffic, on and off', run: (context) => context.demo() },
  dashboard: {
    usage: 'dashboard',
    summary: 'opens the dashboard',
    run: async ({ dashboard, openPage }) => {
      const url = dashboard();
      if (url === null) return { text: 'there is no dashboard behind Traefik', data: null };
      openPage(url);
      return { text: `opening ${url}`, data: url };
    },
  },
  quit: {
    usage: 'quit',
    summary: 'ends the cluster',
    run: async ({ quit }) => {
      quit();
      return { text: 'the cluster ends' };
    },
  },
};

export const ACTIONS: Readonly<Record<string, Action>> = {
  ...OF_CLUSTER,
  ...Object.fromEntries(Object.entries(OF_NODES).map(([name, action]) => [name, named(name, action)])),
};

export const performAction = (context: ActionContext, name: string, args: readonly string[]): Promise<Outcome> => {
  const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
  if (action === undefined)
    throw new Misuse(`there is no ${JSON.stringify(name)}; there are ${Object.keys(ACTIONS).join(', ')}`);
  return action.run(context, args);
};
