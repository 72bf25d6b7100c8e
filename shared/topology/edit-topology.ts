/** Changes of a topology's text that leave everything else in the user's file as it stands. */
import { isMap, isScalar, isSeq, type Pair, parseDocument, type Scalar, type YAMLMap } from 'yaml';
import { readTopology } from './read-topology.ts';
import type { TopologyNode } from './topology.ts';

type NodeState = TopologyNode['state'];

/** The text with the node in that state; undefined: the file says it in a way that only its writer can change. */
export const setNodeState = (text: string, node: string, state: NodeState): string | undefined => {
  if (stateIn(text, node) === state) return text;
  const map = findNode(text, node);
  if (map === undefined) return undefined;
  // What nobody wrote is active: a drain and its end give the file back as it was.
  const attempts = state === 'active' ? [withoutState, withState] : [withState];
  return attempts
    .map((edit) => edit({ text, map, state }))
    .find((edited) => onlyStateDiffers(text, edited, node, state));
};

type Edit = { readonly text: string; readonly map: YAMLMap; readonly state: NodeState };

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

const findNode = (text: string, node: string): YAMLMap | undefined => {
  const list = parseDocument(text, { merge: true }).get('nodes');
  if (!isSeq(list)) return undefined;
  return list.items.filter(isMap).find((map) => map.get('id') === node);
};

const pairOf = (map: YAMLMap, name: string): Pair<Scalar, Scalar> | undefined =>
  map.items.find(
    (pair): pair is Pair<Scalar, Scalar> => isScalar(pair.key) && pair.key.value === name && isScalar(pair.value),
  );

const withState = (edit: Edit): string => {
  const pair = pairOf(edit.map, 'state');
  if (pair?.value == null) return inserted(edit);
  const [from, to] = pair.value.range!;
  // Plain words would make JSON something else.
  const quote = quoteOf(pair.value);
  return splice(edit.text, { from, to, by: quote + edit.state + quote });
};

/** Behind the last pair of `{ … }`, else on a line of its own below the URL. */
const inserted = ({ text, map, state }: Edit): string => {
  const pair = pairOf(map, 'url') ?? pairOf(map, 'id');
  if (pair?.value == null) return text;
  const end = pair.value.range![1];
  const quote = quoteOf(pair.key);
  const said = `${quote}state${quote}: ${quote}${state}${quote}`;
  if (map.flow) return splice(text, { from: end, to: end, by: `, ${said}` });
  const lineEnd = endOfLine(text, end);
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  return splice(text, { from: lineEnd, to: lineEnd, by: `${newline}${indentOf(text, pair.key.range![0])}${said}` });
};

const quoteOf = ({ type }: Scalar): string => (type === 'QUOTE_DOUBLE' ? '"' : type === 'QUOTE_SINGLE' ? "'" : '');

/** Its whole line, where nothing else is on it. */
const withoutState = ({ text, map }: Edit): string | undefined => {
  const pair = pairOf(map, 'state');
  if (pair?.value == null) return undefined;
  const from = pair.key.range![0];
  const to = pair.value.range![1];
  if (map.flow) return splice(text, { from: text.lastIndexOf(',', from), to, by: '' });
  const lineStart = text.lastIndexOf('\n', from) + 1;
  const lineEnd = endOfLine(text, to);
  const alone = text.slice(lineStart, from).trim() === '' && text.slice(to, lineEnd).trim() === '';
  return alone ? splice(text, { from: lineStart, to: text.indexOf('\n', to) + 1 || text.length, by: '' }) : undefined;
};

const splice = (
  text: string,
  { from, to, by }: { readonly from: number; readonly to: number; readonly by: string },
): string => text.slice(0, from) + by + text.slice(to);

/** Before the line break, which may be of two characters. */
const endOfLine = (text: string, from: number): number => {
  const found = /\r?\n/.exec(text.slice(from));
  return found === null ? text.length : from + found.index;
};

/** Blanks up to the key: below a dash, they stand in for it. */
const indentOf = (text: string, key: number): string => ' '.repeat(key - text.lastIndexOf('\n', key) - 1);
