import type { Router } from '../../router/router.ts';
import type { SessionListing } from '../../shared/registry/session-registry.ts';
import type { Affinity, Topology } from '../../shared/topology/topology.ts';

/** A whole deployment on one machine: Redis, nodes as processes, and in front of them the router or real Traefik. */
export type Cluster = {
  /** Of the entry point, without a slash at its end. */
  readonly url: string;
  /** The MCP endpoint: `url` and the topology's prefix. */
  readonly mcp: string;
  readonly proxy: Proxy;
  /** The one in this process; undefined behind Traefik. */
  readonly router: Router | undefined;
  /** Where traefik.yml and dynamic.yml are, generated from `topology()`. */
  readonly folder: string;
  readonly redis: { readonly url: string; readonly how: string; readonly sentence: string };
  topology(): Topology;
  nodes(): readonly ClusterNode[];
  /** The servers behind the nodes, when `command` starts them; else none. */
  instances(): readonly ClusterInstance[];
  subscribe(listener: (event: ClusterEvent) => void): () => void;

  /** Each of these is done to a node and to the instance behind it, which is what holds the sessions. */

  /** SIGKILL; it stays down until it is started. */
  kill(node: string): Promise<void>;
  /** SIGTERM and its grace. */
  stop(node: string): Promise<void>;
  start(node: string): Promise<void>;
  restart(node: string): Promise<void>;
  /** Reads the sources of the nodes anew, for those that start from now on; rejects when they do not compile. */
  rebuild(): Promise<void>;
  /** SIGSTOP and SIGCONT: it holds its connections and answers nothing. */
  freeze(node: string): Promise<void>;
  thaw(node: string): Promise<void>;
  /** By the files alone: no new sessions, its own go on. Resolves when the proxy follows them. */
  drain(node: string): Promise<void>;
  undrain(node: string): Promise<void>;
  /**
   * Another topology: new nodes start, the files are written and followed, nodes it no longer has stop. Entry points
   * stay as they are until the next start, as Traefik's do.
   */
  change(topology: Topology): Promise<void>;
  /** Ends every open client connection at the proxy or, behind Traefik, every stream at the nodes. */
  cutStreams(): Promise<void>;
  stopRedis(): Promise<void>;
  startRedis(): Promise<void>;
  /** Which node the registry names for a session. */
  sessionNode(id: string): Promise<string | undefined>;
  sessions(): Promise<readonly SessionListing[]>;
  close(): Promise<void>;
};

export type Proxy = 'router' | 'traefik';

export type ClusterOptions = {
  readonly nodes?: number;
  readonly affinity?: Affinity;
  /** File that exports createServer; else the example. */
  readonly server?: string;
  /**
   * The command line of any MCP server over HTTP, in place of `server`: one is started behind each node, without a
   * shell. It is told where to listen by PORT and HOST in its environment, and by {port} and {host} in its words; its
   * node's name is MOORING_NODE and {node}.
   */
  readonly command?: readonly [string, ...string[]];
  /** In place of `server`: the nodes start one of these for each session, and speak to it over stdin and stdout. */
  readonly stdio?: { readonly command: readonly [string, ...string[]]; readonly env?: readonly string[] };
  /** Where the endpoint of `command` is (/mcp). */
  readonly path?: string;
  /** Ends the start, not a cluster that is up. */
  readonly signal?: AbortSignal;
  /** Told from the beginning; `subscribe` is there when all is up. */
  readonly onEvent?: (event: ClusterEvent) => void;
  readonly proxy?: Proxy;
  readonly https?: boolean;
  /** Redis to use; else one is found, started or embedded. */
  readonly redis?: string;
  /** Of the entry point; else 127.0.0.1 and a free port. */
  readonly host?: string;
  readonly port?: number;
  /** In place of the one made from the options above. Nodes get the ports that their URLs name. */
  readonly topology?: Topology;
  /** Further arguments of every node. */
  readonly nodeArguments?: readonly string[];
};

export type NodeState = 'starting' | 'up' | 'frozen' | 'stopping' | 'down';

export type ClusterNode = {
  readonly id: string;
  readonly url: string;
  readonly state: NodeState;
  readonly pid: number | undefined;
  readonly draining: boolean;
  readonly restarts: number;
};

/** A server that a command has started. */
export type ClusterInstance = Omit<ClusterNode, 'draining'> & {
  /** The node before it. `url` is its own MCP endpoint. */
  readonly node: string;
};

export type ClusterEvent = { readonly at: number } & (
  | { readonly kind: 'node'; readonly node: string; readonly state: NodeState; readonly detail?: string }
  | ({ readonly kind: 'instance'; readonly state: NodeState; readonly detail?: string } & InstanceNamed)
  /** It runs, and does not answer yet. `line`: what it printed last. */
  | ({ readonly kind: 'waiting'; readonly url: string; readonly line: string } & InstanceNamed)
  | { readonly kind: 'draining'; readonly node: string; readonly draining: boolean }
  | { readonly kind: 'line'; readonly from: string; readonly line: string }
  | { readonly kind: 'redis'; readonly up: boolean }
  | { readonly kind: 'files'; readonly files: readonly string[] }
);

type InstanceNamed = { readonly node: string; readonly instance: string };
