/** The prefix of a node's ids: its tag, or its name. */
import type { TopologyNode } from './topology.ts';

type Named = Pick<TopologyNode, 'id' | 'tag' | 'formerly'>;

/** That of new ids first, then earlier ones, whose ids stay at the node. */
export const prefixesOf = ({ id, tag, formerly = [] }: Named): readonly string[] => [tag ?? id, ...formerly];

/** The name of the node that ids with this prefix belong to. */
export const nodeOfPrefix = (prefix: string, nodes: readonly Named[]): string | undefined =>
  nodes.find((node) => prefixesOf(node).includes(prefix))?.id;
