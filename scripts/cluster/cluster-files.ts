import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Topology } from '../../shared/topology/topology.ts';
import { generateFiles } from '../../shared/traefik/generate-files.ts';

/** On the entry point `traefik`, which is for this machine only. */
const API = '\napi:\n  insecure: true\n';

/** Where nodes that pass misroutes on read who the others are. */
export const nodesFileIn = (folder: string): string => join(folder, 'topology.json');

export const tellNodes = async (folder: string, topology: Topology): Promise<void> => {
  if (topology.misroute === 'relay') await replace(nodesFileIn(folder), JSON.stringify(topology));
};

/** Beside and renamed: nobody reads half a file. */
const replace = async (file: string, text: string): Promise<void> => {
  const beside = `${file}.next`;
  await writeFile(beside, text);
  await rename(beside, file);
};

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
      await replace(this.dynamicFile, dynamic);
      this.#dynamic = dynamic;
    };
  }

  #textsOf(topology: Topology): { static: string; dynamic: string } {
    return generateFiles(topology, { dynamicFile: this.dynamicFile, source: 'a running cluster' });
  }
}
