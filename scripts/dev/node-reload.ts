import type { Cluster } from '../cluster/cluster.ts';

/** Restarts the nodes that run, and those that did not survive the change before; whoever was killed stays down. */
export class NodeReload {
  readonly #cluster: Cluster;
  readonly #fallen = new Set<string>();
  #running: Promise<readonly string[]> = Promise.resolve([]);

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /** Gives what went wrong: sources that do not compile, which leaves the nodes alone, or who does not start. */
  restart(): Promise<readonly string[]> {
    this.#running = this.#running.then(() => this.#all());
    return this.#running;
  }

  async #all(): Promise<readonly string[]> {
    try {
      await this.#cluster.rebuild();
    } catch (error) {
      return [`${(error as Error).message}\nthe nodes go on as they are`];
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
