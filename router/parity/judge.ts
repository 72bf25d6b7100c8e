/** Compares a result with what a case expects. */
import assert from 'node:assert/strict';
import type { Pattern } from './pattern.ts';

/** Throws, with a readable comparison, unless the result matches the pattern. */
export const judge = (seen: unknown, expected: Pattern): void => {
  assert.deepEqual(project(seen, expected), plain(expected));
};

/** The part of the result that the pattern mentions, in the pattern's form. */
const project = (seen: unknown, pattern: Pattern): unknown => {
  if (pattern instanceof RegExp) return matching(only(seen), pattern);
  if (Array.isArray(pattern)) return Array.isArray(seen) ? seen.map((one, i) => project(one, pattern[i])) : seen;
  if (pattern === null) return seen === undefined ? null : seen;
  if (typeof pattern === 'object' && typeof seen === 'object' && seen !== null && !Array.isArray(seen)) {
    const parts = seen as Readonly<Record<string, unknown>>;
    return Object.fromEntries(Object.entries(pattern).map(([key, value]) => [key, project(parts[key], value)]));
  }
  return typeof pattern === 'string' ? only(seen) : seen;
};

/** A header with one value may be written as a string. */
const only = (seen: unknown): unknown => (Array.isArray(seen) && seen.length === 1 ? seen[0] : seen);

const matching = (seen: unknown, pattern: RegExp): unknown =>
  typeof seen === 'string' && pattern.test(seen) ? `matches ${pattern}` : seen;

const plain = (pattern: Pattern): unknown => {
  if (pattern instanceof RegExp) return `matches ${pattern}`;
  if (Array.isArray(pattern)) return pattern.map(plain);
  if (typeof pattern !== 'object' || pattern === null) return pattern;
  return Object.fromEntries(Object.entries(pattern).map(([key, value]) => [key, plain(value)]));
};
