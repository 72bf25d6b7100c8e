/** The text of a topology -> the topology, or all problems with their places. */
import type { Problem } from '../source/place.ts';
import { readBySchema } from './read-by-schema.ts';
import { type Topology, topologySchema } from './topology.ts';

export type TopologyReading =
  | { readonly topology: Topology; readonly problems: readonly [] }
  | { readonly topology: undefined; readonly problems: readonly Problem[] };

export const readTopology = (text: string, file: string): TopologyReading => {
  const reading = readBySchema(text, file, { schema: topologySchema, called: 'topology' });
  if (reading.value === undefined) return { topology: undefined, problems: reading.problems };
  return { topology: reading.value, problems: [] };
};
