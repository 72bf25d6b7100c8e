/** A YAML file as a tree of mappings, lists and strings, each with its position. */
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Pair,
  type ParsedNode,
  parseDocument,
  type YAMLMap,
} from 'yaml';
import { nestedTooDeeply } from './nesting.ts';
import type { Place, Problem } from './place.ts';
import { type ResolvedScalar, resolvePlainScalar } from './plain-scalar.ts';

export type Tree =
  | { readonly kind: 'null'; readonly at: Place }
  /** `text` is Traefik's reading of what is `written`; `textAt` is where it begins, after an opening quote. */
  | {
      readonly kind: 'scalar';
      readonly at: Place;
      readonly textAt: Place;
      readonly text: string;
      readonly written: string;
    }
  | { readonly kind: 'list'; readonly at: Place; readonly items: readonly Tree[] }
  | { readonly kind: 'map'; readonly at: Place; readonly entries: readonly Entry[] };
export type Entry = { readonly key: string; readonly keyAt: Place; readonly value: Tree };

type Reading = {
  readonly placeOf: (offset: number) => Place;
  readonly report: (at: Place, message: string, remedy: string) => void;
  readonly anchors: Map<string, Tree | 'unfinished'>;
  /** How many nodes a node expands to, aliases included. */
  readonly sizes: Map<Tree, number>;
  aliased: number;
};

/** Far above any real file. Counts nodes after aliases are expanded. */
const MAX_ALIASED_NODES = 100_000;
const DEEPEST = 100;
/** Of every file that is read. The YAML library takes seconds for each megabyte. */
export const MAX_FILE_BYTES = 4 * 1024 * 1024;
const MAX_SYNTAX_ERRORS = 5;
const PLAIN_TAGS = new Set([
  '!',
  ...['str', 'int', 'float', 'bool', 'null', 'map', 'seq'].map((t) => `tag:yaml.org,2002:${t}`),
]);

/** The tree is undefined for an empty file and if there is a problem. */
export const readTree = (file: string, text: string): { tree: Tree | undefined; problems: readonly Problem[] } => {
  const problems: Problem[] = [];
  const report = (place: Place, message: string, remedy: string): void => {
    problems.push({ place, path: '', kind: 'invalid', message, remedy });
  };
  if (Buffer.byteLength(text) > MAX_FILE_BYTES) {
    report({ file, line: 1, column: 1 }, 'the file is larger than 4 MiB', 'split it, or write less');
    return { tree: undefined, problems };
  }
  const deep = nestedTooDeeply(text);
  if (deep !== undefined) report(placeAt(file, text, deep), TOO_DEEP, `stay under ${DEEPEST} levels`);
  const tree = deep === undefined ? readDocument({ file, text, report }) : undefined;
  return { tree: problems.length > 0 ? undefined : tree, problems };
};

const placeAt = (file: string, text: string, offset: number): Place => {
  const line = text.slice(0, offset).split('\n');
  return { file, line: line.length, column: line.at(-1)!.length + 1 };
};

const readDocument = (input: { file: string; text: string; report: Reading['report'] }): Tree | undefined => {
  const lineCounter = new LineCounter();
  // Scalars stay text: plain-scalar.ts types them as Go does. Duplicate keys: the library needs O(n²), so we check.
  const document = parseDocument(input.text, {
    schema: 'failsafe',
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'error',
    lineCounter,
  });
  const placeOf = (offset: number): Place => {
    const { line, col } = lineCounter.linePos(offset);
    return { file: input.file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  for (const error of document.errors.slice(0, MAX_SYNTAX_ERRORS))
    input.report(placeOf(error.pos[0]), messageFor(error), remedyFor(error.code));
  if (document.errors.length > 0 || document.contents === null) return undefined;
  return convert(document.contents, { ...input, placeOf, anchors: new Map(), sizes: new Map(), aliased: 0 }, 0);
};

const TOO_DEEP = 'the file is nested too deeply';
const messageFor = ({ code, message }: { code: string; message: string }): string =>
  code === 'RESOURCE_EXHAUSTION' ? TOO_DEEP : `not valid YAML: ${message}`;

const remedyFor = (code: string): string => {
  if (code === 'MULTIPLE_DOCS') return 'keep one document in a file: Traefik reads only the first and ignores the rest';
  if (code === 'RESOURCE_EXHAUSTION') return `stay under ${DEEPEST} levels`;
  if (code === 'TAB_AS_INDENT') return 'indent with spaces';
  return 'check the indentation and quotes here and on the line before';
};

const convert = (node: ParsedNode, reading: Reading, depth: number): Tree => {
  const at = reading.placeOf(node.range[0]);
  if (isAlias(node)) return followAlias(node.source, at, reading);
  if (depth > DEEPEST) return refuse(reading, at, TOO_DEEP, `stay under ${DEEPEST} levels`);
  if (node.tag !== undefined && !PLAIN_TAGS.has(node.tag))
    refuse(reading, at, `the tag ${node.tag} is not allowed`, 'write the value without a tag');
  if (node.anchor !== undefined) reading.anchors.set(node.anchor, 'unfinished');
  const tree = convertValue(node, at, reading, depth);
  if (node.anchor !== undefined) reading.anchors.set(node.anchor, tree);
  return tree;
};

const convertValue = (node: ParsedNode, at: Place, reading: Reading, depth: number): Tree => {
  if (isScalar(node)) return convertScalar(node, at, reading);
  if (isSeq(node)) {
    const items = node.items.map((item) => convert(item as ParsedNode, reading, depth + 1));
    return sized(reading, { kind: 'list', at, items }, items);
  }
  if (!isMap(node)) return { kind: 'null', at };
  const entries = convertEntries(node, reading, depth);
  return sized(
    reading,
    { kind: 'map', at, entries },
    entries.map((entry) => entry.value),
  );
};

const convertScalar = (node: { type?: string; tag?: string; value: unknown }, at: Place, reading: Reading): Tree => {
  const resolved = resolve(node);
  if (resolved.type === 'null') return { kind: 'null', at };
  if (resolved.type === 'timestamp')
    return refuse(reading, at, `${resolved.text} is a date, which Traefik does not take`, 'put it in quotes');
  const quoted = node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE';
  const textAt = quoted ? { ...at, column: at.column + 1 } : at;
  return { kind: 'scalar', at, textAt, text: resolved.text, written: String(node.value ?? '') };
};

const resolve = (node: { type?: string; tag?: string; value: unknown }): ResolvedScalar => {
  const text = String(node.value ?? '');
  const isText = node.tag === undefined ? node.type !== 'PLAIN' : node.tag === '!' || node.tag.endsWith(':str');
  return isText ? { type: 'string', text } : resolvePlainScalar(text);
};

const convertEntries = (map: YAMLMap, reading: Reading, depth: number): Entry[] => {
  const own: Entry[] = [];
  const merged: Entry[] = [];
  const seen = new Map<string, Place>();
  for (const pair of map.items as Pair<ParsedNode, ParsedNode | null>[]) {
    const keyAt = reading.placeOf(pair.key.range[0]);
    const value: Tree = pair.value === null ? { kind: 'null', at: keyAt } : convert(pair.value, reading, depth + 1);
    if (isScalar(pair.key) && pair.key.type === 'PLAIN' && pair.key.value === '<<') {
      for (const entry of mergedEntries(value, reading)) merged.push(entry);
      continue;
    }
    const key = keyText(pair.key, keyAt, reading);
    if (key === undefined) continue;
    const before = seen.get(key);
    if (before !== undefined)
      refuse(reading, keyAt, `the key ${key} is already set on line ${before.line}`, 'keep one of the two');
    seen.set(key, keyAt);
    own.push({ key, keyAt, value: value.kind === 'null' ? { kind: 'null', at: keyAt } : value });
  }
  return withMerged(own, merged, seen);
};

const keyText = (key: ParsedNode, at: Place, reading: Reading): string | undefined => {
  const resolved = isScalar(key) ? resolve(key) : undefined;
  if (resolved?.type !== 'string') {
    refuse(reading, at, 'a key must be a string', 'put the key in quotes');
    return undefined;
  }
  if (resolved.text !== '__proto__') return resolved.text;
  refuse(reading, at, 'a key must not be called __proto__', 'choose another name');
  return undefined;
};

const mergedEntries = (value: Tree, reading: Reading): readonly Entry[] => {
  if (value.kind === 'map') return value.entries;
  if (value.kind === 'list' && value.items.every((item) => item.kind === 'map'))
    return value.items.flatMap((item) => (item.kind === 'map' ? item.entries : []));
  refuse(
    reading,
    value.at,
    '<< needs a mapping or a list of mappings',
    'give it an alias of a mapping, such as <<: *base',
  );
  return [];
};

// Own keys of a mapping win over merged ones; of merged ones the first wins.
const withMerged = (own: Entry[], merged: readonly Entry[], seen: Map<string, Place>): Entry[] => {
  for (const entry of merged) {
    if (seen.has(entry.key)) continue;
    seen.set(entry.key, entry.keyAt);
    own.push(entry);
  }
  return own;
};

const followAlias = (name: string, at: Place, reading: Reading): Tree => {
  const target = reading.anchors.get(name);
  if (target === undefined)
    return refuse(reading, at, `there is no anchor &${name} before this alias`, 'define it first');
  if (target === 'unfinished')
    return refuse(reading, at, `the anchor &${name} contains itself`, 'take the alias out of its own anchor');
  reading.aliased += reading.sizes.get(target) ?? 1;
  if (reading.aliased <= MAX_ALIASED_NODES) return target;
  return refuse(reading, at, 'the aliases of this file stand for too much', `stay under ${MAX_ALIASED_NODES} values`);
};

const sized = (reading: Reading, tree: Tree, children: readonly Tree[]): Tree => {
  reading.sizes.set(
    tree,
    children.reduce((sum, child) => sum + (reading.sizes.get(child) ?? 1), 1),
  );
  return tree;
};

const refuse = (reading: Reading, at: Place, message: string, remedy: string): Tree => {
  reading.report(at, message, remedy);
  return { kind: 'null', at };
};
