import type { ClusterInstance, NodeState } from './cluster.ts';
import type { KeptProcess } from './kept-process.ts';

/** A foreign server and its MCP endpoint. */
export type Instance = { readonly url: string; readonly process: KeptProcess };

type Parts = {
  readonly id: string;
  readonly url: string;
  readonly node: KeptProcess;
  /** Undefined: the node itself holds the sessions. */
  readonly instance: Instance | undefined;
};

/** Its node stops first, so a server that is asked to stop has no clients left. */
const INSTANCE_END_MS = 5000;

/** A node of a cluster and, if that is a separate process, the server that holds its sessions. Both share a life cycle. */
export class Member {
  readonly id: string;
  readonly url: string;
  readonly #node: KeptProcess;
  readonly #instance: Instance | undefined;

  constructor({ id, url, node, instance }: Parts) {
    this.id = id;
    this.url = url;
    this.#node = node;
    this.#instance = instance;
  }

  get state(): NodeState {
    return this.#node.state;
  }

  get pid(): number | undefined {
    return this.#node.pid;
  }

  get restarts(): number {
    return this.#node.restarts;
  }

  get instance(): ClusterInstance | undefined {
    if (this.#instance === undefined) return undefined;
    const { url, process } = this.#instance;
    const { name, state, pid, restarts } = process;
    return { id: name, node: this.id, url, state, pid, restarts };
  }

  /** Resolves when both answer; rejects, with its last lines, when one ends first. */
  async start(): Promise<void> {
    await Promise.all(this.#all().map((each) => each.start()));
  }

  async kill(): Promise<void> {
    await Promise.all(this.#all().map((each) => each.kill()));
  }

  /** With a limit, each is killed when the time is up. */
  async stop(limitMs?: number): Promise<void> {
    await this.#node.stop(limitMs);
    await this.#instance?.process.stop(limitMs ?? INSTANCE_END_MS);
  }

  async restart(): Promise<void> {
    await this.stop();
    await Promise.all(this.#all().map((each) => each.startAgain()));
  }

  freeze(): void {
    this.#mustBe('up', 'only a node that is up can be frozen');
    for (const each of this.#all()) each.freeze();
  }

  thaw(): void {
    this.#mustBe('frozen', 'only a frozen node can be thawed');
    for (const each of this.#all()) each.thaw();
  }

  cutConnections(): void {
    if (this.state === 'up') this.#node.signal('SIGUSR2');
  }

  #mustBe(state: NodeState, why: string): void {
    const other = this.#all().find((each) => each.state !== state);
    if (other !== undefined) throw new Error(`${other.name} is ${other.state}: ${why}`);
  }

  #all(): readonly KeptProcess[] {
    return this.#instance === undefined ? [this.#node] : [this.#node, this.#instance.process];
  }
}
