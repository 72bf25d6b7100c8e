import { readFile } from 'node:fs/promises';
import { formatProblems } from '../../shared/source/format-problems.ts';
import { readTopology } from '../../shared/topology/read-topology.ts';
import type { Topology } from '../../shared/topology/topology.ts';
import { clientEntryPoint } from '../cluster/addresses.ts';

/** Something is wrong with the file, and the message says it all. */
class TopologyError extends Error {
  readonly code = 'TOPOLOGY';
}

export const loadTopology = async (file: string, color: boolean): Promise<Topology> => {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new TopologyError(`${file} cannot be read (${error.code}): check the path`);
  });
  const { topology, problems } = readTopology(text, file);
  if (topology !== undefined) return topology;
  throw new TopologyError(formatProblems(problems, { color, sources: new Map([[file, text]]) }));
};

/** Its first serving entry point on another port, when somebody else has its own. */
export const withPort = (topology: Topology, { port }: { readonly port: number }): Topology => {
  const { name } = clientEntryPoint(topology);
  const entryPoint = topology.entryPoints[name]!;
  const address = entryPoint.address.replace(/\d+$/, `${port}`);
  return { ...topology, entryPoints: { ...topology.entryPoints, [name]: { ...entryPoint, address } } };
};
