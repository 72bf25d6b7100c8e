import type { Router } from '../../router/router.ts';
import type { SessionListing } from '../../shared/registry/session-registry.ts';
import type { Affinity, Topology } from '../../shared/topology/topology.ts';

/** A whole deployment on one machine: Redis, nodes as processes, and the router or real Traefik in front. */
export type Cluster = {
  /** Of the entry point, without a trailing slash. */
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

  /** Each of these applies to a node and to the server behind it, which holds the sessions. */

  /** SIGKILL; it stays down until it is started. */
  kill(node: string): Promise<void>;
  /** SIGTERM and its grace. */
  stop(node: string): Promise<void>;
  start(node: string): Promise<void>;
  restart(node: string): Promise<void>;
  /** Compiles the sources again, for nodes that start from now on; rejects when they do not compile. */
  rebuild(): Promise<void>;
  /** SIGSTOP and SIGCONT: it holds its connections and answers nothing. */
  freeze(node: string): Promise<void>;
  thaw(node: string): Promise<void>;
  /** Through the files alone: no new sessions, existing ones continue. Resolves when the proxy has applied them. */
  drain(node: string): Promise<void>;
  undrain(node: string): Promise<void>;
  /**
   * Applies another topology: starts new nodes, writes the files, waits for the proxy, stops nodes that are gone. Entry
   * points change at the next start only, as in Traefik.
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
  /** In place of `server`: the nodes start one of these for each session and talk to it over stdin and stdout. */
  readonly stdio?: { readonly command: readonly [string, ...string[]]; readonly env?: readonly string[] };
  /** Endpoint path of `command`; default /mcp. */
  readonly path?: string;
  /** Aborts the start, not a running cluster. */
  readonly signal?: AbortSignal;
  /** Gets events from the beginning; `subscribe` only works once the cluster is up. */
  readonly onEvent?: (event: ClusterEvent) => void;
  readonly proxy?: Proxy;
  readonly https?: boolean;
  /** Redis to use; else one is found, started or embedded. */
  readonly redis?: string;
  /** Of the entry point; else 127.0.0.1 and a free port. */
  readonly host?: string;
  readonly port?: number;
  /** Replaces the one made from the options above. Nodes get the ports in their URLs. */
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

/** A server started by `command`. */
export type ClusterInstance = Omit<ClusterNode, 'draining'> & {
  /** The node in front of it. `url` is its own MCP endpoint. */
  readonly node: string;
};

export type ClusterEvent = { readonly at: number } & (
  | { readonly kind: 'node'; readonly node: string; readonly state: NodeState; readonly detail?: string }
  | ({ readonly kind: 'instance'; readonly state: NodeState; readonly detail?: string } & InstanceNamed)
  /** It runs but does not answer yet. `line`: its last printed line. */
  | ({ readonly kind: 'waiting'; readonly url: string; readonly line: string } & InstanceNamed)
  | { readonly kind: 'draining'; readonly node: string; readonly draining: boolean }
  | { readonly kind: 'line'; readonly from: string; readonly line: string }
  | { readonly kind: 'redis'; readonly up: boolean }
  | { readonly kind: 'files'; readonly files: readonly string[] }
);

type InstanceNamed = { readonly node: string; readonly instance: string };
