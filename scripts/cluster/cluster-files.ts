import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Topology } from '../../shared/topology/topology.ts';
import { generateFiles } from '../../shared/traefik/generate-files.ts';

/** Served on the entry point `traefik`, which listens on this machine only. */
const API = '\napi:\n  insecure: true\n';

/** Nodes that relay misrouted requests read the other nodes from this file. */
export const nodesFileIn = (folder: string): string => join(folder, 'topology.json');

export const writeNodesTopology = async (folder: string, topology: Topology): Promise<void> => {
  if (topology.misroute === 'relay') await replace(nodesFileIn(folder), JSON.stringify(topology));
};

/** Written to a temporary name and renamed, so that no reader sees half a file. */
const replace = async (file: string, text: string): Promise<void> => {
  const beside = `${file}.next`;
  await writeFile(beside, text);
  await rename(beside, file);
};

/** Traefik's two files, generated from the current topology. */
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

  /** Writes the new routes; undefined if the topology does not change them. */
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
