import { topologyJsonSchema } from '../../shared/topology/json-schema.ts';
import type { Topology } from '../../shared/topology/topology.ts';
import { type GenerateOptions, generateFiles } from '../../shared/traefik/generate-files.ts';
import type { WantedFile } from './change-files.ts';

type Target = (topology: Topology, options: GenerateOptions) => readonly WantedFile[] | Promise<readonly WantedFile[]>;

/** What a topology can be written as; loaded when asked for. */
const TARGETS: Readonly<Record<string, Target>> = {
  file: (topology, options) => {
    const { static: fixed, dynamic } = generateFiles(topology, options);
    return [
      { path: 'traefik.yml', text: fixed },
      { path: 'dynamic.yml', text: dynamic },
    ];
  },
  schema: () => [{ path: 'topology.schema.json', text: topologyJsonSchema() }],
};

export const TARGET_NAMES: readonly string[] = Object.keys(TARGETS);

export const targetFiles = async (
  name: string,
  topology: Topology,
  options: GenerateOptions,
): Promise<readonly WantedFile[]> => (await TARGETS[name]?.(topology, options)) ?? [];
