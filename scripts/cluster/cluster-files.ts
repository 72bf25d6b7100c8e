import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Topology } from '../../shared/topology/topology.ts';
import { generateFiles } from '../../shared/traefik/generate-files.ts';

/** On the entry point `traefik`, which is for this machine only. */
const API = '\napi:\n  insecure: true\n';

/** Traefik's two files, as the topology of this moment has them. */
export class ClusterFiles {
  readonly folder: string;
  readonly staticFile: string;
  readonly dynamicFile: string;
  #dynamic = '';

  private constructor(folder: string) {
    this.folder = folder;
    this.staticFile = join(folder, 'traefik.yml');
    this.dynamicFile = join(folder, 'dynamic.yml');
  }

  static async create(folder: string, topology: Topology, { api }: { readonly api: boolean }): Promise<ClusterFiles> {
    const files = new ClusterFiles(folder);
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

  #textsOf(topology: Topology): { static: string; dynamic: string } {
    return generateFiles(topology, { dynamicFile: this.dynamicFile, source: 'a running cluster' });
  }
}
