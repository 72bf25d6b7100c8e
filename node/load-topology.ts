import { readFile } from 'node:fs/promises';
import { formatProblems } from '../shared/source/format-problems.ts';
import { readTopology } from '../shared/topology/read-topology.ts';
import type { Topology } from '../shared/topology/topology.ts';

export const loadTopology = async (file: string): Promise<Topology> => {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new Error(
      error.code === 'ENOENT' ? `there is no topology ${file}` : `${file} cannot be read (${error.code})`,
    );
  });
  const { topology, problems } = readTopology(text, file);
  if (topology !== undefined) return topology;
  const message = formatProblems(problems, { color: false, sources: new Map([[file, text]]) });
  throw new Error(`the topology has problems\n\n${message}`);
};
