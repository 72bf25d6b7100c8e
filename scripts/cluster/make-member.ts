import { randomBytes } from 'node:crypto';
import { freePorts } from '../../shared/free-ports.ts';
import type { Topology } from '../../shared/topology/topology.ts';
import { awaitAnswer } from './await-answer.ts';
import type { ClusterOptions, NodeState } from './cluster.ts';
import { nodesFileIn } from './cluster-files.ts';
import type { EventFeed } from './event-feed.ts';
import { KeptProcess } from './kept-process.ts';
import { type Instance, Member } from './member.ts';
import { nodeArguments, type RunnableNode } from './node-arguments.ts';
import type { Command, NodeProgram } from './node-program.ts';

type Deps = {
  readonly program: NodeProgram;
  readonly redis: string;
  readonly options: ClusterOptions;
  readonly feed: EventFeed;
  readonly folder: string;
};

export type MakeMember = (node: RunnableNode, topology?: Topology) => Promise<Member>;

export const memberMaker =
  (deps: Deps, env = withSharedKey(process.env)): MakeMember =>
  async (runnable, topology) => {
    const { id, url } = runnable;
    const { program, redis, options, feed, folder } = deps;
    const instance = options.command && (await makeInstance(id, { ...deps, command: options.command }));
    const args = nodeArguments(
      { ...runnable, ...(instance && { upstream: instance.url }) },
      { redis, options, topology, topologyFile: nodesFileIn(folder) },
    );
    const node = new KeptProcess({
      name: id,
      command: () => [...program.command, ...args],
      env,
      onState: (state, detail) => feed.publish({ kind: 'node', node: id, ...stateOf(state, detail) }),
      onLine: (line) => feed.publish({ kind: 'line', from: id, line }),
    });
    return new Member({ id, url, node, instance });
  };

/** Shared by all nodes: the key that seals state, and the secret for relaying requests to each other. */
const withSharedKey = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({
  MOORING_REQUEST_STATE_KEYS: randomBytes(32).toString('base64'),
  MOORING_RELAY_SECRET: randomBytes(32).toString('base64'),
  ...env,
});

const HOST = '127.0.0.1';

const makeInstance = async (
  node: string,
  { command, options, feed }: Deps & { readonly command: Command },
): Promise<Instance> => {
  const [port] = await freePorts(1);
  const url = `http://${HOST}:${port}${options.path ?? '/mcp'}`;
  const name = instanceName(node);
  const process_ = new KeptProcess({
    name,
    command: () => command.map((word) => withPlace(word, { port: `${port}`, host: HOST, node })) as unknown as Command,
    env: { ...process.env, PORT: `${port}`, HOST, MOORING_NODE: node },
    awaitAnswer: (starting) =>
      awaitAnswer({
        ...starting,
        url,
        onWaiting: (line = '') => feed.publish({ kind: 'waiting', node, instance: name, url, line }),
      }),
    onState: (state, detail) => feed.publish({ kind: 'instance', node, instance: name, ...stateOf(state, detail) }),
    onLine: (line) => feed.publish({ kind: 'line', from: name, line }),
  });
  return { url, process: process_ };
};

/** The name of a server in logs and messages. */
const instanceName = (node: string): string => `${node}-server`;

const withPlace = (word: string, place: Readonly<Record<string, string>>): string =>
  word.replaceAll(/\{(port|host|node)\}/g, (_, what) => place[what] as string);

const stateOf = (state: NodeState, detail: string | undefined) => ({ state, ...(detail !== undefined && { detail }) });
