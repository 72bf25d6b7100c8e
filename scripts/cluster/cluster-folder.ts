import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The temporary folder of a cluster, removed with it, at the latest when this process exits. */
export class ClusterFolder {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
    process.once('exit', this.#removeNow);
  }

  static async create(): Promise<ClusterFolder> {
    return new ClusterFolder(await mkdtemp(join(tmpdir(), 'mooring-')));
  }

  async remove(): Promise<void> {
    process.off('exit', this.#removeNow);
    await rm(this.path, { recursive: true, force: true });
  }

  readonly #removeNow = (): void => rmSync(this.path, { recursive: true, force: true });
}
