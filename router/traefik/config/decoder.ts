/**
 * Small parsers from a tree to typed values, with Go's zero values: a missing text is '', a missing number 0. A parser
 * reports problems and returns `invalid`; the others continue, so that all problems are found.
 */

import type { Place, Problem, Subject } from '../../../shared/source/place.ts';
import type { Tree } from '../../../shared/source/tree.ts';
import { parseGoDuration } from '../../../shared/traefik/go-duration.ts';

export const invalid: unique symbol = Symbol('invalid');
export type Decoded<T> = T | typeof invalid;

export type Cursor = {
  /** The place of the key or list item; `valueAt` is the place of its value. */
  readonly at: Place;
  readonly valueAt: Place;
  readonly path: string;
  readonly subject: Subject | undefined;
  readonly report: (problem: Problem) => void;
};

export type Decoder<T> = {
  /** The key is missing or null: Traefik makes no difference. */
  absent(cursor: Cursor): Decoded<T>;
  read(tree: Tree, cursor: Cursor): Decoded<T>;
};

/** A problem for which Traefik refuses the whole file. */
export const refuseFile = (cursor: Cursor, message: string, remedy: string): typeof invalid => {
  cursor.report({ place: cursor.valueAt, path: cursor.path, kind: 'invalid', message, remedy });
  return invalid;
};

/** A problem for which Traefik skips the router, service or middleware, and serves the rest. */
export const refusePart = (
  cursor: Cursor,
  message: string,
  remedy: string,
  kind: Problem['kind'] = 'invalid',
): typeof invalid => {
  const concerns = cursor.subject && { concerns: cursor.subject };
  cursor.report({ place: cursor.valueAt, path: cursor.path, kind, message, remedy, ...concerns });
  return invalid;
};

type Scalar = Extract<Tree, { readonly kind: 'scalar' }>;
const scalar = <T>(zero: T, parse: (tree: Scalar, cursor: Cursor) => Decoded<T>): Decoder<T> => ({
  absent: () => zero,
  read: (tree, cursor) =>
    tree.kind === 'scalar'
      ? parse(tree, cursor)
      : refuseFile(cursor, `expected one value, not a ${tree.kind === 'list' ? 'list' : 'mapping'}`, 'write one value'),
});

export const text: Decoder<string> = scalar('', (tree) => tree.text);

/** A text and where it begins, for values with their own grammar. */
export const placedText: Decoder<{ readonly text: string; readonly at: Place } | undefined> = scalar(
  undefined as { text: string; at: Place } | undefined,
  (tree) => ({ text: tree.text, at: tree.textAt }),
);

const TRUE = new Set(['1', 't', 'T', 'TRUE', 'true', 'True']);
const FALSE = new Set(['0', 'f', 'F', 'FALSE', 'false', 'False']);
export const flag: Decoder<boolean> = scalar(false, ({ text, written }, cursor) => {
  if (TRUE.has(text)) return true;
  if (FALSE.has(text)) return false;
  return refuseFile(cursor, `${JSON.stringify(written)} is neither true nor false`, 'write true or false');
});

const MAX_INT = 2n ** 63n - 1n;
export const integer: Decoder<number> = scalar(0, ({ text, written }, cursor) => {
  if (!/^[-+]?[0-9]+$/.test(text))
    return refuseFile(cursor, `${JSON.stringify(written)} is not an integer`, 'write digits only, such as 10');
  const wide = BigInt(text.replace('+', ''));
  if (wide <= MAX_INT && wide >= -MAX_INT - 1n) return Number(wide);
  return refuseFile(cursor, `${written} is too large for an integer`, 'write a smaller number');
});

/** Milliseconds. */
export const duration: Decoder<number> = scalar(0, ({ text, written }, cursor) => {
  const parsed = parseGoDuration(text);
  if ('milliseconds' in parsed) return parsed.milliseconds;
  const asWritten = parseGoDuration(written);
  return refuseFile(cursor, 'error' in asWritten ? asWritten.error : parsed.error, 'write for example 30s');
});

/** The value when the key is absent. */
export const orElse = <T>(decoder: Decoder<T>, value: T): Decoder<T> => ({ ...decoder, absent: () => value });
export const optional = <T>(decoder: Decoder<T>): Decoder<T | undefined> => ({
  absent: () => undefined,
  read: decoder.read,
});

export const map = <A, B>(decoder: Decoder<A>, change: (value: A, cursor: Cursor) => Decoded<B>): Decoder<B> => {
  const through = (value: Decoded<A>, cursor: Cursor): Decoded<B> =>
    value === invalid ? invalid : change(value, cursor);
  return {
    absent: (cursor) => through(decoder.absent(cursor), cursor),
    read: (tree, cursor) => through(decoder.read(tree, cursor), cursor),
  };
};

/** `kind` defaults to invalid. */
export type ValueProblem = { readonly message: string; readonly remedy: string; readonly kind?: Problem['kind'] };
/** A further check of a well-formed value, when the key is present. */
export const checked = <T>(decoder: Decoder<T>, object: (value: T) => ValueProblem | undefined): Decoder<T> => ({
  absent: decoder.absent,
  read: (tree, cursor) => {
    const value = decoder.read(tree, cursor);
    const objection = value === invalid ? undefined : object(value);
    return objection === undefined ? value : refusePart(cursor, objection.message, objection.remedy, objection.kind);
  },
});
