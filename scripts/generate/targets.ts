import { existsSync } from 'node:fs';
import { topologyJsonSchema } from '../../shared/topology/json-schema.ts';
import type { Topology } from '../../shared/topology/topology.ts';
import { type GenerateOptions, generateFiles } from '../../shared/traefik/generate-files.ts';
import { TargetError } from '../../shared/traefik/targets/target-error.ts';
import { Misuse } from '../cli/misuse.ts';
import type { WantedFile } from './change-files.ts';

type Target = (topology: Topology, options: GenerateOptions) => readonly WantedFile[] | Promise<readonly WantedFile[]>;

/** The extension of our own files: .ts in the repository, .js in the package. */
const ENDING = import.meta.url.slice(-3);
const moduleOf = (name: string): URL => new URL(`../../shared/traefik/targets/${name}${ENDING}`, import.meta.url);

/** Loaded on demand. Its module exports the function as `<name>Files`, or only that function. */
const further = (name: string): Target => {
  return async (topology) => {
    const exported = (await import(moduleOf(name).href)) as Readonly<Record<string, unknown>>;
    const make = exported[`${name}Files`] ?? Object.values(exported).find((one) => typeof one === 'function');
    try {
      return (make as (topology: Topology) => readonly WantedFile[])(topology);
    } catch (error) {
      if (error instanceof TargetError) throw new Misuse(`target ${name}: ${error.message}`);
      throw error;
    }
  };
};

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
  ...Object.fromEntries(
    ['compose', 'labels', 'kubernetes', 'redis']
      .filter((name) => existsSync(moduleOf(name)))
      .map((name) => [name, further(name)]),
  ),
};

export const TARGET_NAMES: readonly string[] = Object.keys(TARGETS);

export const targetFiles = async (
  name: string,
  topology: Topology,
  options: GenerateOptions,
): Promise<readonly WantedFile[]> => (await TARGETS[name]?.(topology, options)) ?? [];
