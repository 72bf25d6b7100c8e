import { readFile } from 'node:fs/promises';
import { formatProblems } from '../../shared/source/format-problems.ts';
import { hazardProblems } from '../../shared/topology/hazard-problems.ts';
import { hazardsOf } from '../../shared/topology/hazards.ts';
import { readTopology } from '../../shared/topology/read-topology.ts';
import type { Topology } from '../../shared/topology/topology.ts';
import { clientEntryPoint } from '../cluster/addresses.ts';

/** A problem of the file; the message is complete. */
class TopologyError extends Error {
  readonly code = 'TOPOLOGY';
}

type Output = { readonly color: boolean; readonly warn: (text: string) => void };

/** Hazards of a valid file are printed, but not refused: here somebody tries things out. */
export const loadTopology = async (file: string, { color, warn }: Output): Promise<Topology> => {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new TopologyError(`${file} cannot be read (${error.code}): check the path`);
  });
  const { topology, problems } = readTopology(text, file);
  const sources = new Map([[file, text]]);
  if (topology === undefined) throw new TopologyError(formatProblems(problems, { color, sources }));
  const hazards = hazardProblems(hazardsOf(topology), text, file);
  if (hazards.length > 0) warn(formatProblems(hazards, { color, sources }));
  return topology;
};

/** Its first entry point for clients, on another port if its own is taken. */
export const withPort = (topology: Topology, { port }: { readonly port: number }): Topology => {
  const { name } = clientEntryPoint(topology);
  const entryPoint = topology.entryPoints[name]!;
  const address = `${entryPoint.address.slice(0, entryPoint.address.lastIndexOf(':'))}:${port}`;
  return { ...topology, entryPoints: { ...topology.entryPoints, [name]: { ...entryPoint, address } } };
};
