import type { RegistryView } from '../../shared/registry/registry-view.ts';
import type { SessionListing } from '../../shared/registry/session-registry.ts';
import type { Topology } from '../../shared/topology/topology.ts';
import { clientUrl } from './addresses.ts';
import type { Cluster, ClusterEvent, ClusterInstance, ClusterNode } from './cluster.ts';
import { type ClusterFiles, writeNodesTopology } from './cluster-files.ts';
import type { ClusterFolder } from './cluster-folder.ts';
import type { ClusterRedis } from './cluster-redis.ts';
import type { EventFeed } from './event-feed.ts';
import type { MakeMember } from './make-member.ts';
import type { Member } from './member.ts';
import type { NodeProgram } from './node-program.ts';
import type { RunningProxy } from './proxy.ts';

type Parts = {
  readonly kind: Cluster['proxy'];
  readonly topology: Topology;
  readonly folder: ClusterFolder;
  readonly files: ClusterFiles;
  readonly program: NodeProgram;
  readonly redis: ClusterRedis;
  readonly members: readonly Member[];
  readonly proxy: RunningProxy;
  readonly feed: EventFeed;
  readonly makeMember: MakeMember;
  /** Changes to the topology that the proxy needs. */
  readonly complete: (topology: Topology) => Topology;
};

/** Time to close sessions; calls that take longer are cut off. */
const CLOSE_MS = 3000;

export class RunningCluster implements Cluster {
  readonly #parts: Parts;
  #members: readonly Member[];
  #topology: Topology;
  #changing: Promise<unknown> = Promise.resolve();
  #view: Promise<RegistryView> | undefined;
  #closing: Promise<void> | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#members = parts.members;
    this.#topology = parts.topology;
  }

  get proxy(): Cluster['proxy'] {
    return this.#parts.kind;
  }

  get router(): Cluster['router'] {
    return this.#parts.proxy.router;
  }

  get url(): string {
    return clientUrl(this.#topology);
  }

  get mcp(): string {
    return `${this.url}${this.#topology.prefix}`;
  }

  get folder(): string {
    return this.#parts.folder.path;
  }

  get redis(): Cluster['redis'] {
    return this.#parts.redis;
  }

  topology(): Topology {
    return this.#topology;
  }

  nodes(): readonly ClusterNode[] {
    const draining = new Set(this.#topology.nodes.filter(({ state }) => state === 'draining').map(({ id }) => id));
    return this.#members.map(({ id, url, state, pid, restarts }) => ({
      id,
      url,
      state,
      pid,
      restarts,
      draining: draining.has(id),
    }));
  }

  instances(): readonly ClusterInstance[] {
    return this.#members.flatMap(({ instance }) => instance ?? []);
  }

  subscribe(listener: (event: ClusterEvent) => void): () => void {
    return this.#parts.feed.subscribe(listener);
  }

  async kill(node: string): Promise<void> {
    await this.#member(node).kill();
  }

  async stop(node: string): Promise<void> {
    await this.#member(node).stop();
  }

  async start(node: string): Promise<void> {
    await this.#member(node).start();
  }

  async restart(node: string): Promise<void> {
    await this.#member(node).restart();
  }

  async freeze(node: string): Promise<void> {
    this.#member(node).freeze();
  }

  async thaw(node: string): Promise<void> {
    this.#member(node).thaw();
  }

  drain(node: string): Promise<void> {
    return this.#setDraining(node, true);
  }

  undrain(node: string): Promise<void> {
    return this.#setDraining(node, false);
  }

  async cutStreams(): Promise<void> {
    if (this.#parts.proxy.cutConnections()) return;
    for (const member of this.#members) member.cutConnections();
  }

  async stopRedis(): Promise<void> {
    await this.#parts.redis.stop();
    this.#parts.feed.publish({ kind: 'redis', up: false });
  }

  async startRedis(): Promise<void> {
    await this.#parts.redis.start();
    this.#parts.feed.publish({ kind: 'redis', up: true });
  }

  async sessionNode(id: string): Promise<string | undefined> {
    return (await this.sessions()).find((session) => session.id === id)?.node;
  }

  async sessions(): Promise<readonly SessionListing[]> {
    this.#view ??= import('../../shared/registry/registry-view.ts').then(({ viewRegistry }) =>
      viewRegistry(this.#parts.redis.url),
    );
    const listed = await (await this.#view).sessions();
    if (listed.kind === 'unavailable') throw new Error(`the registry does not answer: ${listed.why}`);
    return listed.items;
  }

  rebuild(): Promise<void> {
    return this.#parts.program.rebuild();
  }

  change(topology: Topology): Promise<void> {
    return this.#inTurn(() => this.#follow(this.#parts.complete(topology)));
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  #member(id: string): Member {
    const node = this.#members.find((each) => each.id === id);
    if (node !== undefined) return node;
    const known = this.#members.map((each) => each.id).join(', ');
    // In plain JavaScript nothing reports the missing id, and stop() reads as if it stopped the cluster.
    if (id === undefined) throw new Error(`which node? There are ${known}; close() ends the cluster`);
    throw new Error(`there is no node ${JSON.stringify(id)}; there are ${known}`);
  }

  #setDraining(id: string, draining: boolean): Promise<void> {
    return this.#inTurn(async () => {
      this.#member(id);
      const state = draining ? ('draining' as const) : ('active' as const);
      const nodes = this.#topology.nodes.map((node) => (node.id === id ? { ...node, state } : node));
      await this.#follow({ ...this.#topology, nodes });
    });
  }

  /** One change of the files at a time: otherwise it is unknown which one the proxy has applied. */
  #inTurn(step: () => Promise<void>): Promise<void> {
    const turn = this.#changing.then(step);
    this.#changing = turn.catch(() => undefined);
    return turn;
  }

  /** New nodes answer before the proxy routes to them; old ones stop after it has dropped them. */
  async #follow(topology: Topology): Promise<void> {
    const { files, proxy, feed, makeMember } = this.#parts;
    const before = this.#topology;
    await writeNodesTopology(this.folder, topology);
    const kept = this.#members.filter((node) =>
      topology.nodes.some(({ id, url }) => id === node.id && url === node.url),
    );
    const gone = this.#members.filter((node) => !kept.includes(node));
    const coming = topology.nodes.filter(({ id }) => !kept.some((node) => node.id === id));
    const added = await Promise.all(coming.map((node) => makeMember(node, topology)));
    await Promise.all(added.map((node) => node.start()));
    const write = files.change(topology);
    if (write !== undefined) await proxy.follow(write);
    this.#topology = topology;
    this.#members = topology.nodes.map(({ id }) => [...kept, ...added].find((node) => node.id === id)!);
    await Promise.all(gone.map((node) => node.stop(CLOSE_MS)));
    if (write !== undefined) feed.publish({ kind: 'files', files: [files.dynamicFile] });
    for (const { id, state } of topology.nodes) {
      const was = before.nodes.find((node) => node.id === id)?.state;
      if ((was === 'draining') !== (state === 'draining'))
        feed.publish({ kind: 'draining', node: id, draining: state === 'draining' });
    }
  }

  async #close(): Promise<void> {
    const { proxy, redis, folder } = this.#parts;
    // Sessions end through the proxy, so it stops after the nodes. The registry records that, so Redis stops last.
    await Promise.all(this.#members.map((member) => member.stop(CLOSE_MS)));
    await proxy.close();
    await (await this.#view)?.quit();
    await redis.close();
    await folder.remove();
  }
}
