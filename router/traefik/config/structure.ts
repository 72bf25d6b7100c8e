/** Parsers for mappings and lists: a schema is a table of keys, and its result has exactly their types. */

import { nearest } from '../../../shared/source/nearest.ts';
import type { Place, Subject } from '../../../shared/source/place.ts';
import type { Entry, Tree } from '../../../shared/source/tree.ts';
import {
  type Cursor,
  type Decoded,
  type Decoder,
  invalid,
  refuseFile,
  refusePart,
  type ValueProblem,
} from './decoder.ts';

export type Fields = Readonly<Record<string, Decoder<unknown>>>;
export type Shape<F extends Fields> = { readonly [K in keyof F]: F[K] extends Decoder<infer T> ? T : never };

/** A Traefik key that is not supported. The values in `unless` have no effect, so they are accepted. */
export type Refusal = { readonly remedy: string; readonly unless: ReadonlySet<string> };
export const notDone = (remedy = 'remove it', ...unless: readonly string[]): Refusal => ({
  remedy,
  unless: new Set(unless),
});
/** Several keys at once. */
export const noneOf = (keys: string, refusal: Refusal = notDone()): Record<string, Refusal> =>
  Object.fromEntries(keys.split(' ').map((key) => [key, refusal]));

type Known = {
  readonly name: string;
  readonly done: boolean;
  read(tree: Tree, cursor: Cursor): Decoded<unknown>;
};

export const struct = <F extends Fields>(fields: F, refusals: Record<string, Refusal> = {}): Decoder<Shape<F>> => {
  const known = knownKeys(fields, refusals);
  return {
    absent: (cursor) => complete(fields, new Map(), cursor) as Decoded<Shape<F>>,
    read: (tree, cursor) => {
      if (tree.kind !== 'map') return refuseFile(cursor, 'expected a mapping of keys', keysOf(known));
      if (isEmpty(tree)) return refuseFile(cursor, `${lastOf(cursor.path)} cannot be empty`, 'add a key, or remove it');
      return complete(fields, readEntries(tree.entries, known, cursor), cursor) as Decoded<Shape<F>>;
    },
  };
};

/** By lower case: keys are case-insensitive in Traefik. */
const knownKeys = (fields: Fields, refusals: Record<string, Refusal>): ReadonlyMap<string, Known> => {
  const done = Object.entries(fields).map(([name, { read }]): Known => ({ name, done: true, read }));
  const refused = Object.entries(refusals).map(
    ([name, refusal]): Known => ({ name, done: false, read: (tree, cursor) => refuseKey(tree, cursor, name, refusal) }),
  );
  return new Map([...done, ...refused].map((each) => [each.name.toLowerCase(), each]));
};

const readEntries = (
  entries: readonly Entry[],
  known: ReadonlyMap<string, Known>,
  cursor: Cursor,
): ReadonlyMap<string, unknown> => {
  const values = new Map<string, unknown>();
  const seen = new Map<string, Place>();
  for (const { key, keyAt, value } of entries) {
    const found = known.get(key.toLowerCase());
    const inner = step(cursor, keyAt, value.at, found?.name ?? key);
    if (found === undefined) values.set(key, refuseUnknown(inner, key, known));
    else if (seen.has(found.name)) values.set(found.name, refuseTwice(inner, seen.get(found.name)));
    else if (value.kind !== 'null') values.set(found.name, found.read(value, inner));
    seen.set(found?.name ?? key, keyAt);
  }
  return values;
};

// One invalid value makes the whole structure invalid.
const complete = (
  fields: Fields,
  values: ReadonlyMap<string, unknown>,
  cursor: Cursor,
): Decoded<Record<string, unknown>> => {
  const whole: Record<string, unknown> = {};
  let sound = ![...values.values()].includes(invalid);
  for (const [name, decoder] of Object.entries(fields)) {
    const value = values.has(name) ? values.get(name) : decoder.absent(step(cursor, cursor.at, cursor.valueAt, name));
    sound &&= value !== invalid;
    whole[name] = value;
  }
  return sound ? whole : invalid;
};

const refuseUnknown = (cursor: Cursor, key: string, known: ReadonlyMap<string, Known>): typeof invalid => {
  const names = [...known.values()].map(({ name }) => name);
  const meant = nearest(key, names);
  const message = `${key} is not a Traefik key here`;
  const remedy = meant === undefined ? keysOf(known) : `did you mean ${meant}?`;
  cursor.report({ place: cursor.at, path: cursor.path, kind: 'unknown', message, remedy });
  return invalid;
};

// Traefik would merge two spellings of one key, in an unpredictable order.
const refuseTwice = (cursor: Cursor, before: Place | undefined): typeof invalid => {
  const message = `${lastOf(cursor.path)} is already set on line ${before?.line}`;
  return refuseFile({ ...cursor, valueAt: cursor.at }, message, 'keep one of the two');
};

const refuseKey = (tree: Tree, cursor: Cursor, name: string, refusal: Refusal): Decoded<undefined> => {
  if (tree.kind === 'scalar' && refusal.unless.has(tree.text.toLowerCase())) return undefined;
  const { at: place, path, subject } = cursor;
  const message = `${name} is a Traefik key that this router does not support`;
  const concerns = subject && { concerns: subject };
  cursor.report({ place, path, kind: 'unsupported', message, remedy: refusal.remedy, ...concerns });
  return invalid;
};

/**
 * A structure that may be empty: `tls: {}` and `tls: true` enable it with all defaults; any other single value, such as
 * `false`, disables it.
 */
export const allowEmpty = <T>(decoder: Decoder<T>): Decoder<T | undefined> => ({
  absent: () => undefined,
  read: (tree, cursor) => {
    if (isEmpty(tree)) return decoder.absent(cursor);
    if (tree.kind === 'map') return decoder.read(tree, cursor);
    return tree.kind === 'scalar' && /^(true)?$/i.test(tree.text) ? decoder.absent(cursor) : undefined;
  },
});

/** Adds the place of the key. */
export const placed = <T>(decoder: Decoder<T>): Decoder<T & { readonly at: Place }> => {
  const add = (value: Decoded<T>, cursor: Cursor): Decoded<T & { at: Place }> =>
    value === invalid ? invalid : { ...value, at: cursor.at };
  return {
    absent: (cursor) => add(decoder.absent(cursor), cursor),
    read: (tree, cursor) => add(decoder.read(tree, cursor), cursor),
  };
};

export const listOf = <T>(decoder: Decoder<T>): Decoder<readonly T[]> => ({
  absent: () => [],
  read: (tree, cursor) => {
    if (tree.kind !== 'list') return refuseFile(cursor, 'expected a list', 'start each item with a dash');
    return allValid(tree.items.map((item, i) => readElement(decoder, item, step(cursor, item.at, item.at, i))));
  },
});

/** A list of texts, each checked; a single text is split at commas. */
export const textsOf = (object: (text: string) => ValueProblem | undefined): Decoder<readonly string[]> => {
  const look = (text: string, cursor: Cursor): Decoded<string> => {
    const objection = object(text);
    if (objection === undefined) return text;
    return refusePart(cursor, objection.message, objection.remedy, objection.kind);
  };
  const readItem = (item: Tree, cursor: Cursor): Decoded<string> =>
    item.kind === 'scalar'
      ? look(item.text.trim(), cursor)
      : refuseFile(cursor, 'each item must be one value', 'write one value');
  return {
    absent: () => [],
    read: (tree, cursor) => {
      if (tree.kind === 'list')
        return allValid(tree.items.map((item, i) => readItem(item, step(cursor, item.at, item.at, i))));
      if (tree.kind === 'map') return refuseFile(cursor, 'expected a list of values', 'start each item with a dash');
      const parts = tree.kind === 'null' || tree.text === '' ? [] : tree.text.split(',');
      return allValid(parts.map((part) => look(part.trim(), cursor)));
    },
  };
};
export const texts = textsOf(() => undefined);

export const mapOf = <T>(
  decoder: Decoder<T>,
  subject?: (name: string) => Subject,
): Decoder<ReadonlyMap<string, T>> => ({
  absent: () => new Map(),
  read: (tree, cursor) => {
    if (tree.kind !== 'map') return refuseFile(cursor, 'expected a mapping of names', 'write name: value');
    const entries = tree.entries.filter((entry) => entry.value.kind !== 'null');
    if (entries.length === 0)
      return refuseFile(cursor, `${lastOf(cursor.path)} cannot be empty`, 'add an entry, or remove it');
    const values = new Map<string, T>();
    let sound = true;
    for (const { key, keyAt, value } of entries) {
      const inner = step(cursor, keyAt, value.at, key);
      const element = readElement(decoder, value, subject ? { ...inner, subject: subject(key) } : inner);
      if (element === invalid) sound = false;
      else values.set(key, element);
    }
    // Named parts are independent: valid ones are kept, so that a caller can skip the others.
    return sound || subject !== undefined ? values : invalid;
  },
});

// An element of a list or of names may be an empty mapping: it has all defaults.
const readElement = <T>(decoder: Decoder<T>, tree: Tree, cursor: Cursor): Decoded<T> =>
  isEmpty(tree) && tree.kind === 'map' ? decoder.absent(cursor) : decoder.read(tree, cursor);

const allValid = <T>(values: readonly Decoded<T>[]): Decoded<readonly T[]> =>
  values.includes(invalid) ? invalid : (values as readonly T[]);

const isEmpty = (tree: Tree): boolean =>
  (tree.kind === 'map' && tree.entries.every((entry) => entry.value.kind === 'null')) ||
  (tree.kind === 'list' && tree.items.length === 0);

const step = (cursor: Cursor, at: Place, valueAt: Place, name: string | number): Cursor => {
  const last = typeof name === 'number' ? `[${name}]` : cursor.path === '' ? name : `.${name}`;
  return { ...cursor, at, valueAt, path: cursor.path + last };
};

const lastOf = (path: string): string => path.split('.').at(-1) || 'the file';
const keysOf = (known: ReadonlyMap<string, Known>): string => {
  const names = [...known.values()].filter(({ done }) => done).map(({ name }) => name);
  return names.length === 0 ? 'no keys are allowed here' : `valid keys: ${names.join(', ')}`;
};
