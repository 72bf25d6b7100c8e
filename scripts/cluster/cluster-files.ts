import { rmSync } from 'node:fs';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Topology } from '../../shared/topology/topology.ts';
import { generateFiles } from '../../shared/traefik/generate-files.ts';

/** On the entry point `traefik`, which is for this machine only. */
const API = '\napi:\n  insecure: true\n';

/** Traefik's two files in a folder of their own, which goes when the cluster does. */
export class ClusterFiles {
  readonly folder: string;
  readonly staticFile: string;
  readonly dynamicFile: string;
  #dynamic = '';

  private constructor(folder: string) {
    this.folder = folder;
    this.staticFile = join(folder, 'traefik.yml');
    this.dynamicFile = join(folder, 'dynamic.yml');
    process.once('exit', this.#removeNow);
  }

  static async create(topology: Topology, { api }: { readonly api: boolean }): Promise<ClusterFiles> {
    const files = new ClusterFiles(await mkdtemp(join(tmpdir(), 'mooring-')));
    const texts = files.#textsOf(topology);
    await writeFile(files.staticFile, api ? texts.static + API : texts.static);
    await writeFile(files.dynamicFile, texts.dynamic);
    files.#dynamic = texts.dynamic;
    return files;
  }

  /** What would change the proxy's routes; undefined when the topology leaves them as they are. */
  change(topology: Topology): (() => Promise<void>) | undefined {
    const { dynamic } = this.#textsOf(topology);
    if (dynamic === this.#dynamic) return undefined;
    return async () => {
      // Beside and renamed: nobody reads half a file.
      const beside = join(this.folder, '.dynamic.next');
      await writeFile(beside, dynamic);
      await rename(beside, this.dynamicFile);
      this.#dynamic = dynamic;
    };
  }

  async remove(): Promise<void> {
    process.off('exit', this.#removeNow);
    await rm(this.folder, { recursive: true, force: true });
  }

  readonly #removeNow = (): void => rmSync(this.folder, { recursive: true, force: true });

  #textsOf(topology: Topology): { static: string; dynamic: string } {
    return generateFiles(topology, { dynamicFile: this.dynamicFile, source: 'a running cluster' });
  }
}
