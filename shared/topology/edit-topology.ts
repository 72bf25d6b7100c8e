/** Edits a topology's text and leaves everything else in the user's file unchanged. */
import { findEntry, withoutWord, withWord } from '../source/edit-yaml.ts';
import { readTopology } from './read-topology.ts';
import type { Topology, TopologyNode } from './topology.ts';

type NodeState = TopologyNode['state'];

/** The text with the node in that state; undefined: the file is written in a way that only its author can edit. */
export const setNodeState = (text: string, node: string, state: NodeState): string | undefined => {
  const before = readTopology(text, '').topology;
  if (before?.nodes.find(({ id }) => id === node)?.state === state) return text;
  const entry = findEntry(text, { list: 'nodes', key: 'id', value: node });
  if (before === undefined || entry === undefined) return undefined;
  const after = { ...before, nodes: before.nodes.map((one) => (one.id === node ? { ...one, state } : one)) };
  // No state means active: after a drain and an undrain the file is as it was.
  const attempts = [
    withoutWord(entry, 'state'),
    withWord(entry, { name: 'state', word: state, behind: ['url', 'id'] }),
  ];
  return attempts.find((edited) => edited !== undefined && isSame(readTopology(edited, '').topology, after));
};

const isSame = (a: Topology | undefined, b: Topology): boolean => JSON.stringify(a) === JSON.stringify(b);
