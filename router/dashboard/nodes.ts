import type { DynamicConfig } from '../core/model.ts';
import { nodeOfSession, pooledServers } from '../explain/node-routes.ts';
import type { NodeView } from './cluster-view.ts';

/** A server of the table, or a node of the cluster: most often both. */
export type SeenNode = {
  /** Stays with its URL for good, so that a node keeps its colour. */
  readonly key: number;
  readonly url: string;
  name: string;
  /** By the router's health checks; undefined: nobody checks it. */
  healthy: boolean | undefined;
  /** Undefined without a cluster. */
  state: NodeView['state'] | undefined;
  draining: boolean;
  restarts: number;
  inFlight: number;
  streams: number;
  requests: number;
  errors: number;
  /** Requests that ended since the last second was over. */
  thisSecond: number;
  readonly perSecond: number[];
};

const SECONDS = 60;

export class Nodes {
  readonly #byUrl = new Map<string, SeenNode>();
  #shown: readonly SeenNode[] = [];

  /** Those of the table and of the cluster, in their order there. */
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

  /** Ids of sessions begin with the name of their node: the one thing in the traffic that names it. */
  learn(url: string, session: string): void {
    const name = nodeOfSession(session);
    const node = this.at(url);
    if (name !== undefined && node.state === undefined) node.name = name;
  }

  follow(config: DynamicConfig, serversUp: (service: string) => ReadonlyMap<string, boolean> | undefined): void {
    const health = new Map<string, boolean | undefined>();
    for (const service of config.services.values()) {
      if (service.kind !== 'loadBalancer') continue;
      const up = service.healthCheck && serversUp(service.name);
      for (const { url } of service.servers) health.set(url, worse(health.get(url), up?.get(url)));
    }
    const pooled = pooledServers(config);
    for (const [url, healthy] of health) Object.assign(this.at(url), { healthy, draining: !pooled.has(url) });
    this.#shown = [...health.keys()].map((url) => this.at(url));
  }

  /** A cluster knows better what its nodes are called and how they are. */
  followCluster(nodes: readonly NodeView[]): void {
    for (const { id, url, state, draining, restarts } of nodes)
      Object.assign(this.at(url), { name: id, state, draining, restarts });
    const ofCluster = nodes.map(({ url }) => this.at(url));
    this.#shown = [...ofCluster, ...this.#shown.filter((node) => !ofCluster.includes(node))];
  }

  /** A second is over. */
  tick(): void {
    for (const node of this.#byUrl.values()) {
      node.perSecond.push(node.thisSecond);
      node.perSecond.shift();
      node.thisSecond = 0;
    }
  }
}

const worse = (one: boolean | undefined, other: boolean | undefined): boolean | undefined =>
  one === undefined ? other : other === undefined ? one : one && other;
