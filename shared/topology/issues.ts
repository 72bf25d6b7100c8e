/** zod's issues as problems with places and remedies. */
import { z } from 'zod';
import { nearest } from '../source/nearest.ts';
import type { Problem } from '../source/place.ts';
import type { Tree } from '../source/tree.ts';
import { type KeyPath, placeOf, writeKeyPath } from './key-path.ts';

/** The kind of file: its schema says what was expected, and its name appears in the problems. */
export type FileKind<T> = { readonly schema: z.ZodType<T>; readonly called: string };

type Issue = z.core.$ZodIssue;
type JsonSchema = z.core.JSONSchema.JSONSchema;
type Subject = { readonly schema: JsonSchema; readonly called: string };

export const problemsOfIssues = (issues: readonly Issue[], tree: Tree, kind: FileKind<unknown>): readonly Problem[] => {
  // Once: it takes milliseconds, and a file may have thousands of problems.
  const subject = { called: kind.called, schema: z.toJSONSchema(kind.schema, { io: 'input' }) };
  return issues
    .flatMap((issue) => expand(issue, []))
    .flatMap((issue) => problemsOf(issue, tree, subject))
    .sort((a, b) => a.place.line - b.place.line || a.place.column - b.place.column);
};

/** Of a union, the branch that fits the value best: the one with the most issues about its inside. */
const expand = (issue: Issue, above: KeyPath): Issue[] => {
  const path = [...above, ...issue.path] as PropertyKey[];
  if (issue.code !== 'invalid_union') return [{ ...issue, path } as Issue];
  const inside = issue.errors.find((branch) =>
    branch.some((one) => one.path.length > 0 || one.code === 'unrecognized_keys'),
  );
  if (inside === undefined) return [{ ...issue, path } as Issue];
  return inside.flatMap((one) => expand(one, path as KeyPath));
};

const problemsOf = (issue: Issue, tree: Tree, subject: Subject): Problem[] => {
  const path = issue.path as KeyPath;
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey([...path, key], tree, subject));
  const { message, remedy } = wording(issue, path, subject);
  return [{ place: placeOf(tree, path), path: writeKeyPath(path), kind: 'invalid', message, remedy }];
};

const unknownKey = (path: KeyPath, tree: Tree, { schema, called }: Subject): Problem => {
  const key = String(path.at(-1));
  const known = branchesOf(schemaAt(schema, path.slice(0, -1))).flatMap((one) => Object.keys(one.properties ?? {}));
  const near = nearest(key, known);
  return {
    place: placeOf(tree, path),
    path: writeKeyPath(path),
    kind: 'unknown',
    message: `a ${called} has no ${key} here`,
    remedy: near === undefined ? `known names: ${known.join(', ')}` : `did you mean ${near}?`,
  };
};

const wording = (issue: Issue, path: KeyPath, { schema }: Subject): { message: string; remedy: string } => {
  const name = String(path.at(-1));
  const given = issue.input;
  if (given === undefined) return { message: `${name} is missing`, remedy: `write ${wanted(schema, path)}` };
  const shown = shorten(JSON.stringify(given));
  if (issue.code === 'invalid_value') return choice(issue.values.map(String), given);
  // The value may contain a password.
  if (issue.code === 'custom' && name === 'registry')
    return { message: 'this is not a Redis URL', remedy: `write ${issue.message}` };
  if (issue.code === 'invalid_format' || issue.code === 'custom')
    return { message: `${shown} is not valid`, remedy: `write ${issue.message}` };
  if (issue.code === 'too_small' && issue.origin === 'number')
    return { message: `${shown} is not valid`, remedy: `write at least ${issue.minimum}` };
  if (issue.code === 'too_big' && issue.origin === 'number')
    return { message: `${shown} is not valid`, remedy: `write at most ${issue.maximum}` };
  if (issue.code === 'too_small') return { message: `${name} is empty`, remedy: `write ${wanted(schema, path)}` };
  if (issue.code === 'invalid_key')
    return {
      message: `${JSON.stringify(name)} cannot be a name`,
      remedy: `write ${issue.issues[0]!.message}`,
    };
  return { message: `${shown} is not valid`, remedy: `write ${wanted(schema, path, typeof given)}` };
};

const shorten = (text: string): string => (text.length > 60 ? `${text.slice(0, 57)}...` : text);

const choice = (values: readonly string[], given: unknown): { message: string; remedy: string } => {
  const near = typeof given === 'string' ? nearest(given, values) : undefined;
  const message = `${JSON.stringify(given)} is not one of ${values.join(', ')}`;
  // YAML reads text that looks like a number as a number.
  if (values.includes(String(given))) return { message, remedy: `write it in quotes: "${given}"` };
  return { message, remedy: near === undefined ? `write one of ${values.join(', ')}` : `did you mean ${near}?` };
};

const ARTICLES: Readonly<Record<string, string>> = {
  string: 'a string',
  boolean: 'true or false',
  integer: 'a whole number',
  number: 'a number',
  array: 'a list',
  object: 'a mapping',
};

/** What the schema expects, in words. */
const wanted = (root: JsonSchema, path: KeyPath, given?: string): string => {
  const schema = schemaAt(root, path) ?? {};
  const kind = branchesOf(schema)
    .map(kindOf)
    .filter((one) => one !== undefined)
    .join(', or ');
  const quotes = schema.type === 'string' && (given === 'number' || given === 'boolean') ? ' in quotes' : '';
  const example = schema.examples === undefined ? '' : `, such as ${String(schema.examples[0])}`;
  const keys = schema.required?.length ? ` with ${schema.required.join(' and ')}` : '';
  const meaning = schema.description ? ` (${schema.description.replace(/[.]$/, '')})` : '';
  return `${kind}${quotes}${example}${keys}${meaning}`;
};

const kindOf = (schema: JsonSchema): string | undefined => {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  return ARTICLES[String(schema.type)];
};

/** The possible schemas: itself, or each member of a union. */
const branchesOf = (schema: JsonSchema | undefined): readonly JsonSchema[] =>
  (schema?.anyOf ?? [schema ?? {}]) as readonly JsonSchema[];

const schemaAt = (root: JsonSchema, path: KeyPath): JsonSchema | undefined =>
  path.reduce<JsonSchema | undefined>(stepInto, root);

const stepInto = (schema: JsonSchema | undefined, step: string | number): JsonSchema | undefined => {
  for (const one of branchesOf(schema)) {
    if (one.items !== undefined) return one.items as JsonSchema;
    const inside = one.properties?.[step] ?? one.additionalProperties;
    if (typeof inside === 'object') return inside as JsonSchema;
  }
  return undefined;
};
