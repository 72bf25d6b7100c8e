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
      ? `${id} was already down; ${back}`
      : `${id} was killed, and its sessions with it: their clients get 404 and must open new ones; ${back}`;
  }),
  nodeAction('stop', 'SIGTERM: running calls may finish', async ({ cluster, node: { id, state }, asker }) => {
    await cluster.stop(id);
    return `${id} ${state === 'down' ? 'was already down' : 'has stopped'}; ${asker.hint('restart', id)} brings it back`;
  }),
  nodeAction('start', 'starts one that is down', async ({ cluster, node: { id, state } }) => {
    if (state === 'frozen') throw new Misuse(`${id} is frozen, not down: thaw it, or restart it`);
    await cluster.start(id);
    return `${id} is up${state === 'up' ? ' already' : ''}`;
  }),
  nodeAction('restart', 'stops and starts it', async ({ cluster, node: { id, state } }) => {
    await (state === 'down' ? cluster.start(id) : cluster.restart(id));
    return `${id} is up again, without the sessions it had; their clients get 404 with reason owner-restarted`;
  }),
  nodeAction('freeze', 'SIGSTOP: it keeps its connections but does not answer', async ({ cluster, node, asker }) => {
    await cluster.freeze(node.id);
    return `${node.id} is frozen; the health check takes it out within a second or two; ${asker.hint('thaw', node.id)} ends that`;
  }),
  nodeAction('thaw', 'SIGCONT', async ({ cluster, node: { id } }) => {
    await cluster.thaw(id);
    return `${id} continues`;
  }),
  nodeAction('drain', 'no new sessions; its own continue', async ({ cluster, node: { id, draining }, asker }) => {
    await cluster.drain(id);
    return `${id} is ${draining ? 'already ' : ''}draining: no new sessions, its own continue; ${asker.hint('undrain', id)} ends that`;
  }),
  nodeAction('undrain', 'takes new sessions again', async ({ cluster, node: { id, draining } }) => {
    await cluster.undrain(id);
    return draining ? `${id} takes new sessions again` : `${id} takes new sessions: it was not draining`;
  }),
]);

const OF_CLUSTER: Readonly<Record<string, Action>> = {
  nodes: {
    usage: 'nodes',
    summary: 'the nodes and their states',
    run: async ({ context: { cluster } }) => {
      const [nodes, instances] = [cluster.nodes(), cluster.instances()];
      const behind = (id: string) => instances.find(({ node }) => node === id);
      return { text: nodesText(nodes, instances), data: nodes.map((node) => ({ ...node, instance: behind(node.id) })) };
    },
  },
  sessions: {
    usage: 'sessions',
    summary: 'the sessions and their nodes',
    run: async ({ context: { cluster }, asker }) => {
      const sessions = await cluster.sessions();
      if (sessions.length === 0) return { text: `no sessions yet: ${asker.hint('demo')} opens some`, data: [] };
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
    summary: 'closes all client connections',
    run: async ({ context: { cluster } }) => {
      await cluster.cutStreams();
      return { text: 'all client connections were closed; their sessions are still there' };
    },
  },
  redis: {
    usage: 'redis stop|start',
    summary: 'stops Redis, or starts it again',
    run: async ({ context, asker, args: [what] }) => {
      const now = context.redisUp ? 'up' : 'stopped';
      if (what !== 'stop' && what !== 'start')
        throw new Misuse(
          `redis stop or redis start? It is ${now}${what === undefined ? '' : `; there is no redis ${what}`}`,
        );
      await (what === 'stop' ? context.cluster.stopRedis() : context.cluster.startRedis());
      context.redisUp = what === 'start';
      return {
        text: context.redisUp
          ? `Redis is ${now === 'up' ? 'already up' : 'up again'}`
          : `Redis is stopped; live sessions continue, ${asker.hint('redis start')} brings it back`,
      };
    },
  },
  demo: {
    usage: 'demo',
    summary: 'demo traffic, on and off',
    run: async ({ context: { demo }, asker }) => {
      const on = !demo.on;
      await (on ? demo.start() : demo.stop());
      const text = on ? `demo traffic started; ${asker.hint('demo')} stops it` : 'the demo traffic has ended';
      return { text, data: { on } };
    },
  },
  dashboard: {
    usage: 'dashboard',
    summary: 'opens the dashboard, and prints its URL',
    run: async ({ context: { dashboard, openPage } }) => {
      const url = dashboard();
      if (url === null) return { text: 'there is no dashboard behind Traefik', data: null };
      await openPage(url);
      return { text: `opening ${url}`, data: url };
    },
  },
  quit: {
    usage: 'quit',
    summary: 'stops the cluster',
    run: async ({ context: { quit } }) => {
      quit();
      return { text: 'the cluster is stopping' };
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
    throw new Misuse(`usage: ${action.usage}; unexpected argument ${JSON.stringify(args[takes.length])}`);
  return action.run({ context, asker, args });
};

export const noAction = (name: string): string => {
  const near = nearest(name, Object.keys(ACTIONS));
  const instead = near === undefined ? `there are ${Object.keys(ACTIONS).join(', ')}` : `did you mean ${near}?`;
  return `there is no action ${JSON.stringify(name)}; ${instead}`;
};
