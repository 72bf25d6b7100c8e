/** One side of a plan, a topology or a dynamic file of Traefik, as the configuration that Traefik would use. */
import { readFile } from 'node:fs/promises';
import type { DynamicConfig } from '../../router/core/model.ts';
import { readDynamic } from '../../router/traefik/config/dynamic/read-dynamic.ts';
import { formatProblems } from '../../shared/source/format-problems.ts';
import type { Problem } from '../../shared/source/place.ts';
import { readTree } from '../../shared/source/tree.ts';
import { readTopology } from '../../shared/topology/read-topology.ts';
import type { Topology } from '../../shared/topology/topology.ts';
import { generateFiles } from '../../shared/traefik/generate-files.ts';
import { Misuse } from '../cli/misuse.ts';
import { Refusal } from '../cli/refusal.ts';

export type Side = {
  readonly file: string;
  /** Undefined: the file is Traefik's own. */
  readonly topology: Topology | undefined;
  readonly config: DynamicConfig;
};

export const readSide = async (file: string): Promise<Side> => {
  try {
    return sideOf(file, await readFile(file, 'utf8'));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new Misuse(`there is no file ${file}`);
    if (code === 'EACCES' || code === 'EISDIR') throw new Misuse(`${file} cannot be read (${code})`);
    throw error;
  }
};

export const sideOf = (file: string, text: string): Side => {
  const { tree, problems } = readTree(file, text);
  refuse(problems, file, text);
  const keys = tree?.kind === 'map' ? tree.entries.map(({ key }) => key.toLowerCase()) : [];
  if (keys.includes('http')) return { file, topology: undefined, config: dynamicConfig(file, text) };
  if (!keys.includes('nodes'))
    throw new Refusal(
      `${file} is neither a topology, which has nodes, nor a dynamic file of Traefik's, which has http`,
    );
  const read = readTopology(text, file);
  refuse(read.problems, file, text);
  const topology = read.topology!;
  return {
    file,
    topology,
    config: dynamicConfig(file, generateFiles(topology, { dynamicFile: 'dynamic.yml' }).dynamic),
  };
};

const dynamicConfig = (file: string, text: string): DynamicConfig => {
  const { config, problems } = readDynamic([{ file, text }]);
  refuse(problems, file, text);
  return config;
};

const refuse = (problems: readonly Problem[], file: string, text: string): void => {
  if (problems.length === 0) return;
  throw new Refusal(formatProblems(problems, { color: false, sources: new Map([[file, text]]) }));
};
