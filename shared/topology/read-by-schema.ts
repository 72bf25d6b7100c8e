/** The text of a YAML file -> its value, or all problems with their places. */
import type { Problem } from '../source/place.ts';
import { readTree, type Tree } from '../source/tree.ts';
import { yamlValues } from '../source/yaml-values.ts';
import { type FileKind, problemsOfIssues } from './issues.ts';

export type Reading<T> =
  | { readonly value: T; readonly tree: Tree; readonly problems: readonly [] }
  | { readonly value: undefined; readonly problems: readonly Problem[] };

export const readBySchema = <T>(text: string, file: string, kind: FileKind<T>): Reading<T> => {
  const { tree, problems } = readTree(file, text);
  if (problems.length > 0) return { value: undefined, problems };
  const start = tree ?? { kind: 'null', at: { file, line: 1, column: 1 } };
  // The tree has strings only; a schema with booleans and numbers needs YAML's types.
  const parsed = kind.schema.safeParse(yamlValues(text), { reportInput: true });
  if (parsed.success) return { value: parsed.data, tree: start, problems: [] };
  return { value: undefined, problems: problemsOfIssues(parsed.error.issues, start, kind) };
};
