export const MAX_BYTES = 4 * 1024 * 1024;
/** Deeper than any real schema, and shallow enough that recursive code does not overflow its stack. */
const MAX_DEPTH = 128;
/**
 * Each costs JSON.parse up to 3 µs, however short it is: 4 MiB of them would block the process for a second. Numbers
 * are not counted: 4 MiB of them take 0.1 s.
 */
const MAX_PARTS = 100_000;
/** A line of a server may be larger than a request, and no schema walks it. */
const MAX_PARTS_OF_LINE = 1_000_000;
/** The SDK's schemas walk message, params, arguments and _meta up to nine times, at 5 to 17 µs per name. */
const MAX_OUTER_NAMES = 10_000;
/** The levels that the SDK walks; in a batch they are one level deeper. */
const OUTER_LEVELS = 4;

/** For those who send one. */
export const BODY_BOUNDS = `${MAX_BYTES} bytes; ${MAX_DEPTH} levels; ${MAX_PARTS} names, strings, arrays and objects together,
${MAX_OUTER_NAMES} of the names in the ${OUTER_LEVELS} outer levels; numbers are not limited.`;

const [QUOTE, BACKSLASH, COLON] = [0x22, 0x5c, 0x3a];
const [OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

type Bounds = { readonly parts: number; readonly names: number };
const BODY: Bounds = { parts: MAX_PARTS, names: MAX_OUTER_NAMES };
export const LINE: Bounds = { parts: MAX_PARTS_OF_LINE, names: Number.POSITIVE_INFINITY };

/**
 * Which limit a body exceeds, if any. Counted on the bytes before parsing: all relevant characters are ASCII, which
 * never occurs inside other UTF-8 characters. Invalid JSON may be counted wrongly, and is refused later.
 */
export const excessOf = (bytes: Uint8Array, most = BODY): string | undefined => {
  let depth = 0;
  let outer = OUTER_LEVELS;
  let parts = 0;
  let names = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) {
      at = endOfString(bytes, at);
      parts++;
    } else if (byte === OPEN_ARRAY || byte === OPEN_OBJECT) {
      if (depth === 0 && byte === OPEN_ARRAY) outer = OUTER_LEVELS + 1;
      depth++;
      parts++;
    } else if (byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) depth--;
    else if (byte === COLON && depth <= outer) names++;
    if (depth > MAX_DEPTH) return `JSON nested deeper than ${MAX_DEPTH} levels`;
    if (parts > most.parts) return `more than ${most.parts} names, strings, arrays and objects`;
    if (names > most.names) return `more than ${most.names} names in the ${OUTER_LEVELS} outer levels`;
  }
  return undefined;
};

/** The position of its closing quote, or the end of the bytes. */
export const endOfString = (bytes: Uint8Array, start: number): number => {
  let at = start + 1;
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return at;
};
