/** The text of a topology -> the topology, or everything that is wrong with it, each with its place. */
import { parse } from 'yaml';
import type { Problem } from '../source/place.ts';
import { readTree } from '../source/tree.ts';
import { problemsOfIssues } from './issues.ts';
import { type Topology, topologySchema } from './topology.ts';

export type TopologyReading =
  | { readonly topology: Topology; readonly problems: readonly [] }
  | { readonly topology: undefined; readonly problems: readonly Problem[] };

export const readTopology = (text: string, file: string): TopologyReading => {
  const { tree, problems } = readTree(file, text);
  if (problems.length > 0) return { topology: undefined, problems };
  const start = tree ?? { kind: 'null', at: { file, line: 1, column: 1 } };
  // The tree holds texts only; a schema of booleans and numbers needs the types that YAML gives them.
  const parsed = topologySchema.safeParse(parse(text, { merge: true }) ?? {}, { reportInput: true });
  if (parsed.success) return { topology: parsed.data, problems: [] };
  return { topology: undefined, problems: problemsOfIssues(parsed.error.issues, start) };
};
