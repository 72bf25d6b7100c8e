import type { Cluster } from '../cluster/cluster.ts';

/** Restarts running nodes and those that the last change broke. Nodes that the user killed stay down. */
export class NodeReload {
  readonly #cluster: Cluster;
  readonly #fallen = new Set<string>();
  #running: Promise<readonly string[]> = Promise.resolve([]);

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /** Returns what went wrong: sources that do not compile (the nodes keep running), or nodes that do not start. */
  restart(): Promise<readonly string[]> {
    this.#running = this.#running.then(() => this.#all());
    return this.#running;
  }

  async #all(): Promise<readonly string[]> {
    try {
      await this.#cluster.rebuild();
    } catch (error) {
      return [`${(error as Error).message}\nthe nodes keep running the old code`];
    }
    const concerned = this.#cluster.nodes().filter(({ id, state }) => state !== 'down' || this.#fallen.has(id));
    const failures = await Promise.all(concerned.map(({ id }) => this.#one(id)));
    return failures.flatMap((failure) => failure ?? []);
  }

  async #one(id: string): Promise<string | undefined> {
    try {
      await this.#cluster.restart(id);
      this.#fallen.delete(id);
      return undefined;
    } catch (error) {
      this.#fallen.add(id);
      return (error as Error).message;
    }
  }
}
