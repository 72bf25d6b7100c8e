import type { Topology } from '../../shared/topology/topology.ts';
import { type GenerateOptions, generateFiles } from '../../shared/traefik/generate-files.ts';
import type { WantedFile } from './change-files.ts';

export const TARGETS = ['file'] as const;
export type Target = (typeof TARGETS)[number];

export const isTarget = (name: string): name is Target => TARGETS.some((target) => target === name);

export const targetFiles = async (
  _target: Target,
  topology: Topology,
  options: GenerateOptions,
): Promise<readonly WantedFile[]> => {
  const { static: fixed, dynamic } = generateFiles(topology, options);
  return [
    { path: 'traefik.yml', text: fixed },
    { path: 'dynamic.yml', text: dynamic },
  ];
};
