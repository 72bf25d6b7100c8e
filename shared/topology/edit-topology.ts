/** Edits a topology's text and leaves everything else in the user's file unchanged. */
import { findEntry, withoutWord, withWord } from '../source/edit-yaml.ts';
import { readTopology } from './read-topology.ts';
import type { TopologyNode } from './topology.ts';

type NodeState = TopologyNode['state'];

/** The text with the node in that state; undefined: the file is written in a way that only its author can edit. */
export const setNodeState = (text: string, node: string, state: NodeState): string | undefined => {
  if (stateIn(text, node) === state) return text;
  const entry = findEntry(text, { list: 'nodes', key: 'id', value: node });
  if (entry === undefined) return undefined;
  const written = withWord(entry, { name: 'state', word: state, behind: ['url', 'id'] });
  // No state means active: after a drain and an undrain the file is as it was.
  const attempts = state === 'active' ? [withoutWord(entry, 'state'), written] : [written];
  return attempts.find((edited) => onlyStateDiffers(text, edited, node, state));
};

const nodesIn = (text: string): readonly TopologyNode[] => readTopology(text, '').topology?.nodes ?? [];

const stateIn = (text: string, node: string): NodeState | undefined =>
  nodesIn(text).find(({ id }) => id === node)?.state;

const onlyStateDiffers = (text: string, edited: string | undefined, node: string, state: NodeState): boolean => {
  if (edited === undefined) return false;
  const before = readTopology(text, '').topology;
  const after = readTopology(edited, '').topology;
  const wanted = before && { ...before, nodes: before.nodes.map((one) => (one.id === node ? { ...one, state } : one)) };
  return JSON.stringify(after) === JSON.stringify(wanted);
};
