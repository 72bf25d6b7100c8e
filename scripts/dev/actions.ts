/** The actions on a running cluster, by key or from another terminal. Each reports what it did and what to do next. */

import { nearest } from '../../shared/source/nearest.ts';
import { Misuse } from '../cli/misuse.ts';
import type { Paint } from '../cli/paint.ts';
import type { Cluster, ClusterNode } from '../cluster/cluster.ts';
import { nodesText, sessionsText } from './tables.ts';

export type Outcome = { readonly text: string; readonly data?: unknown };

/** Who asked, a key or a command: the hints in an answer must work there. */
export type Asker = {
  readonly paint: Paint;
  hint(action: string, node?: string): string;
};

export type ActionContext = {
  readonly cluster: Cluster;
  readonly dashboard: () => string | null;
  /** Why the last request went where it went. */
  readonly explain: (paint: Paint) => Promise<Outcome>;
  readonly openPage: (url: string) => Promise<void>;
  readonly demo: {
    readonly on: boolean;
    start(): Promise<void>;
    stop(): Promise<void>;
  };
  readonly quit: () => void;
  redisUp: boolean;
};

type Call = { readonly context: ActionContext; readonly asker: Asker; readonly args: readonly string[] };

type Action = {
  readonly usage: string;
  readonly summary: string;
  run(call: Call): Promise<Outcome>;
};

type NodeCall = Call & { readonly node: ClusterNode };

const nodeAction = (
  name: string,
  summary: string,
  run: (call: NodeCall & { readonly cluster: Cluster }) => Promise<string>,
): readonly [string, Action] => [
  name,
  {
    usage: `${name} NODE`,
    summary,
    run: async (call) => {
      const { cluster } = call.context;
      const [id] = call.args;
      const nodes = cluster.nodes();
      const node = nodes.find((each) => each.id === id);
      const known = nodes.map((each) => each.id).join(', ');
      if (node === undefined)
        throw new Misuse(id === undefined ? `which node? ${known}` : `there is no node ${id}; there are ${known}`);
      const text = await run({ ...call, cluster, node });
      return { text, data: cluster.nodes().find((each) => each.id === id) };
    },
  },
];

const OF_NODES: Readonly<Record<string, Action>> = Object.fromEntries([
  nodeAction('kill', 'SIGKILL; it stays down until it is started', async ({ cluster, node: { id, state }, asker }) => {
    await cluster.kill(id);
    const back = `${asker.hint('restart', id)} brings it back`;
    return state === 'down'
      ? `${id} was down already; ${back}`
      : `${id} was killed, and its sessions with it: their clients get 404 and have to open new ones; ${back}`;
  }),
  nodeAction('stop', 'SIGTERM: running calls may end', async ({ cluster, node: { id, state }, asker }) => {
    await cluster.stop(id);
    return `${id} ${state === 'down' ? 'was down already' : 'has stopped'}; ${asker.hint('restart', id)} brings it back`;
  }),
  nodeAction('start', 'starts one that is down', async ({ cluster, node: { id, state } }) => {
    if (state === 'frozen') throw new Misuse(`${id} is frozen, and not down: thaw it, or restart it`);
    await cluster.start(id);
    return `${id} is up${state === 'up' ? ' already' : ''}`;
  }),
  nodeAction('restart', 'stops and starts it', async ({ cluster, node: { id, state } }) => {
    await (state === 'down' ? cluster.start(id) : cluster.restart(id));
    return `${id} is up again, without the sessions it had; their clients get 404 with reason owner-restarted`;
  }),
  nodeAction('freeze', 'SIGSTOP: it holds its connections and answers nothing', async ({ cluster, node, asker }) => {
    await cluster.freeze(node.id);
    return `${node.id} is frozen; the health check takes it out within a second or two; ${asker.hint('thaw', node.id)} ends that`;
  }),
  nodeAction('thaw', 'SIGCONT', async ({ cluster, node: { id } }) => {
    await cluster.thaw(id);
    return `${id} goes on where it stood`;
  }),
  nodeAction('drain', 'no new sessions; its own go on', async ({ cluster, node: { id, draining }, asker }) => {
    await cluster.drain(id);
    return `${id} drains${draining ? ' already' : ''}: no new sessions, its own go on; ${asker.hint('undrain', id)} ends that`;
  }),
  nodeAction('undrain', 'takes new sessions again', async ({ cluster, node: { id, draining } }) => {
    await cluster.undrain(id);
    return draining ? `${id} takes new sessions again` : `${id} takes new sessions: it did not drain`;
  }),
]);

const OF_CLUSTER: Readonly<Record<string, Action>> = {
  nodes: {
    usage: 'nodes',
    summary: 'the nodes and how they are',
    run: async ({ context: { cluster } }) => {
      const [nodes, instances] = [cluster.nodes(), cluster.instances()];
      const behind = (id: string) => instances.find(({ node }) => node === id);
      return { text: nodesText(nodes, instances), data: nodes.map((node) => ({ ...node, instance: behind(node.id) })) };
    },
  },
  sessions: {
    usage: 'sessions',
    summary: 'the sessions and where they are',
    run: async ({ context: { cluster }, asker }) => {
      const sessions = await cluster.sessions();
      if (sessions.length === 0) return { text: `no sessions yet: ${asker.hint('demo')} makes some`, data: [] };
      return { text: sessionsText(sessions, cluster.nodes(), Date.now()), data: sessions };
    },
  },
  explain: {
    usage: 'explain',
    summary: 'why the last request went where it went',
    run: ({ context, asker }) => context.explain(asker.paint),
  },
  cut: {
    usage: 'cut',
    summary: 'ends all connections of clients',
    run: async ({ context: { cluster } }) => {
      await cluster.cutStreams();
      return { text: 'all connections of clients were cut; their sessions are still there' };
    },
  },
  redis: {
    usage: 'redis stop|start',
    summary: 'takes Redis away, or brings it back',
    run: async ({ context, asker, args: [what] }) => {
      const now = context.redisUp ? 'up' : 'stopped';
      if (what !== 'stop' && what !== 'start')
        throw new Misuse(
          `redis stop, or redis start? It is ${now}${what === undefined ? '' : `; redis ${what} is neither`}`,
        );
      await (what === 'stop' ? context.cluster.stopRedis() : context.cluster.startRedis());
      context.redisUp = what === 'start';
      return {
        text: context.redisUp
          ? `Redis is up ${now === 'up' ? 'already' : 'again'}`
          : `Redis is stopped; live sessions go on, ${asker.hint('redis start')} brings it back`,
      };
    },
  },
  demo: {
    usage: 'demo',
    summary: 'demo traffic, on and off',
    run: async ({ context: { demo }, asker }) => {
      const on = !demo.on;
      await (on ? demo.start() : demo.stop());
      const text = on ? `demo traffic begins; ${asker.hint('demo')} ends it` : 'the demo traffic has ended';
      return { text, data: { on } };
    },
  },
  dashboard: {
    usage: 'dashboard',
    summary: 'opens the dashboard, and says its URL',
    run: async ({ context: { dashboard, openPage } }) => {
      const url = dashboard();
      if (url === null) return { text: 'there is no dashboard behind Traefik', data: null };
      await openPage(url);
      return { text: `opening ${url}`, data: url };
    },
  },
  quit: {
    usage: 'quit',
    summary: 'ends the cluster',
    run: async ({ context: { quit } }) => {
      quit();
      return { text: 'the cluster ends' };
    },
  },
};

export const ACTIONS: Readonly<Record<string, Action>> = { ...OF_CLUSTER, ...OF_NODES };

type Asked = { readonly action: string; readonly args: readonly string[]; readonly asker: Asker };

export const performAction = async (context: ActionContext, { action: name, args, asker }: Asked): Promise<Outcome> => {
  const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
  if (action === undefined) throw new Misuse(noAction(name));
  const [, ...takes] = action.usage.split(' ');
  if (args.length > takes.length)
    throw new Misuse(`it is ${action.usage}; ${JSON.stringify(args[takes.length])} is one too many`);
  return action.run({ context, asker, args });
};

export const noAction = (name: string): string => {
  const near = nearest(name, Object.keys(ACTIONS));
  const instead = near === undefined ? `it has ${Object.keys(ACTIONS).join(', ')}` : `did you mean ${near}?`;
  return `dev has no ${JSON.stringify(name)}; ${instead}`;
};
