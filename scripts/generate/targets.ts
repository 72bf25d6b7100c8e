import { topologyJsonSchema } from '../../shared/topology/json-schema.ts';
import type { Topology } from '../../shared/topology/topology.ts';
import { type GenerateOptions, generateFiles } from '../../shared/traefik/generate-files.ts';
import { TargetError } from '../../shared/traefik/targets/target-error.ts';
import { Misuse } from '../cli/misuse.ts';
import type { WantedFile } from './change-files.ts';

type Target = (topology: Topology, options: GenerateOptions) => readonly WantedFile[] | Promise<readonly WantedFile[]>;

/** The formats in which a topology can be written. */
const TARGETS: Readonly<Record<string, Target>> = {
  file: (topology, options) => {
    const { static: fixed, dynamic } = generateFiles(topology, options);
    return [
      { path: 'traefik.yml', text: fixed },
      { path: 'dynamic.yml', text: dynamic },
    ];
  },
  schema: () => [{ path: 'topology.schema.json', text: topologyJsonSchema() }],
  compose: async (topology) => (await import('../../shared/traefik/targets/compose.ts')).composeFiles(topology),
  labels: async (topology) => (await import('../../shared/traefik/targets/labels.ts')).labelsFiles(topology),
  kubernetes: async (topology) =>
    (await import('../../shared/traefik/targets/kubernetes.ts')).kubernetesFiles(topology),
  redis: async (topology) => (await import('../../shared/traefik/targets/redis.ts')).redisFiles(topology),
};

export const TARGET_NAMES: readonly string[] = Object.keys(TARGETS);

export const targetFiles = async (
  name: string,
  topology: Topology,
  options: GenerateOptions,
): Promise<readonly WantedFile[]> => {
  try {
    return (await TARGETS[name]?.(topology, options)) ?? [];
  } catch (error) {
    if (error instanceof TargetError) throw new Misuse(`target ${name}: ${error.message}`);
    throw error;
  }
};
