import type { DynamicConfig } from '../core/model.ts';
import {
  type NodeRoute,
  nodeNamesOf,
  nodeRoutesOf,
  ownBalancersOf,
  ownerOf,
  pooledServers,
  prefixOf,
} from '../explain/node-routes.ts';
import type { NodeView } from './cluster-view.ts';

/** A server of the table, or a node of the cluster: most often both. */
export type SeenNode = {
  /** Stays the same for its URL, so that a node keeps its colour. */
  readonly key: number;
  readonly url: string;
  name: string;
  /** From the router's health checks, those of its own route if it has any; undefined: it has no checks. */
  healthy: boolean | undefined;
  /** From all checks: one of them may ask whether the node takes new sessions. */
  ready: boolean | undefined;
  /** Undefined without a cluster. */
  state: NodeView['state'] | undefined;
  draining: boolean;
  restarts: number;
  inFlight: number;
  streams: number;
  requests: number;
  errors: number;
  /** Requests that ended in the current second. */
  thisSecond: number;
  readonly perSecond: number[];
};

const SECONDS = 60;

export class Nodes {
  readonly #byUrl = new Map<string, SeenNode>();
  #shown: readonly SeenNode[] = [];
  #routes: readonly NodeRoute[] = [];

  /** The nodes of the table and of the cluster, in their order there. */
  get shown(): readonly SeenNode[] {
    return this.#shown;
  }

  at(url: string): SeenNode {
    const known = this.#byUrl.get(url);
    if (known !== undefined) return known;
    const node: SeenNode = {
      key: this.#byUrl.size,
      url,
      name: URL.canParse(url) ? new URL(url).host : url,
      healthy: undefined,
      ready: undefined,
      state: undefined,
      draining: false,
      restarts: 0,
      inFlight: 0,
      streams: 0,
      requests: 0,
      errors: 0,
      thisSecond: 0,
      perSecond: new Array<number>(SECONDS).fill(0),
    };
    this.#byUrl.set(url, node);
    return node;
  }

  named(name: string): SeenNode | undefined {
    return this.#shown.find((node) => node.name === name);
  }

  nameOf(url: string): string {
    return this.#byUrl.get(url)?.name ?? url;
  }

  /** Session ids begin with the name of their node; nothing else in the traffic names it. */
  learn(url: string, session: string): void {
    const name = ownerOf(session, this.#routes)?.id ?? prefixOf(session);
    const node = this.at(url);
    if (name !== undefined && node.state === undefined) node.name = name;
  }

  follow(config: DynamicConfig, serversUp: ServersUp): void {
    this.#routes = nodeRoutesOf(config);
    const names = nodeNamesOf(config);
    const pooled = pooledServers(config);
    const servers = checksOf(config, serversUp);
    for (const [url, { isOwn, lives, all }] of servers) {
      const node = this.at(url);
      // How a drain looks in the files: only the node's own sessions reach it.
      node.draining = isOwn && !pooled.has(url);
      node.healthy = all.length === 0 ? undefined : !(isOwn ? lives : all).includes(false);
      node.ready = all.length === 0 ? undefined : !all.includes(false);
      if (node.state === undefined) node.name = names.get(url) ?? node.name;
    }
    this.#shown = [...servers.keys()].map((url) => this.at(url));
  }

  /** A cluster knows the names and states of its nodes better. */
  followCluster(nodes: readonly NodeView[]): void {
    for (const { id, url, state, draining, restarts } of nodes)
      Object.assign(this.at(url), { name: id, state, draining, restarts });
    const ofCluster = nodes.map(({ url }) => this.at(url));
    this.#shown = [...ofCluster, ...this.#shown.filter((node) => !ofCluster.includes(node))];
  }

  tick(): void {
    for (const node of this.#byUrl.values()) {
      node.perSecond.push(node.thisSecond);
      node.perSecond.shift();
      node.thisSecond = 0;
    }
  }
}

type ServersUp = (service: string) => ReadonlyMap<string, boolean> | undefined;
/** `lives`: what the balancers of its own route report, if there are any. */
type Checks = { isOwn: boolean; readonly lives: boolean[]; readonly all: boolean[] };

const checksOf = (config: DynamicConfig, serversUp: ServersUp): ReadonlyMap<string, Checks> => {
  const own = ownBalancersOf(config);
  const byUrl = new Map<string, Checks>();
  for (const service of config.services.values()) {
    if (service.kind !== 'loadBalancer') continue;
    const statuses = service.healthCheck && serversUp(service.name);
    for (const { url } of service.servers) {
      const checks = byUrl.get(url) ?? { isOwn: false, lives: [], all: [] };
      byUrl.set(url, checks);
      checks.isOwn ||= own.has(service.name);
      const up = statuses?.get(url);
      if (up !== undefined)
        for (const list of own.has(service.name) ? [checks.lives, checks.all] : [checks.all]) list.push(up);
    }
  }
  return byUrl;
};
