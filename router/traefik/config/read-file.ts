/** The steps for every configuration file: guard the text, parse the tree, decode it. Pure: takes the text. */

import type { Problem } from '../../../shared/source/place.ts';
import { readTree, type Tree } from '../../../shared/source/tree.ts';
import { type Cursor, type Decoder, invalid } from './decoder.ts';
import { guardText } from './guard.ts';

export type SourceFile = { readonly file: string; readonly text: string };
export type Reading<T> = { readonly value: T | undefined; readonly problems: readonly Problem[] };

export const readFile = <T>(source: SourceFile, decoder: Decoder<T>): Reading<T> => {
  const text = source.text.replace(/^\uFEFF/, '');
  const guarded = guardText(source.file, text);
  if (guarded.length > 0) return { value: undefined, problems: guarded };
  const { tree, problems } = readTree(source.file, text);
  return problems.length > 0 ? { value: undefined, problems } : decode(source.file, withoutExtensions(tree), decoder);
};

const decode = <T>(file: string, tree: Tree | undefined, decoder: Decoder<T>): Reading<T> => {
  const problems: Problem[] = [];
  const at = { file, line: 1, column: 1 };
  const report = (problem: Problem): void => {
    problems.push(problem);
  };
  const cursor: Cursor = { at, valueAt: tree?.at ?? at, path: '', subject: undefined, report };
  const value = tree === undefined ? decoder.absent(cursor) : decoder.read(tree, cursor);
  return { value: value === invalid ? undefined : value, problems };
};

/** Top-level keys that begin with `x-` only hold anchors. A file with nothing else is empty. */
const withoutExtensions = (tree: Tree | undefined): Tree | undefined => {
  if (tree === undefined || tree.kind === 'null') return undefined;
  if (tree.kind !== 'map') return tree;
  const entries = tree.entries.filter((entry) => !entry.key.startsWith('x-'));
  const hasValue = (entry: { value: Tree }): boolean => entry.value.kind !== 'null';
  return entries.some(hasValue) ? { ...tree, entries } : undefined;
};
