/** In a page: any number of lines, even none; within a line: any text. */
const ANY = '…';

export type Misshapen = { /** Of the page's text, counted from 0. */ readonly at: number; readonly why: string };

/**
 * Whether a command printed what its page shows, except for figures, ids, addresses, paths and durations; blank lines
 * are ignored. Undefined if it did; else the first line of the page that matches no output.
 */
export const misshapen = (page: string, printed: string): Misshapen | undefined => {
  const wanted = linesOf(page);
  const found = linesOf(printed);
  let furthest = { wanted: 0, found: 0 };
  const matches = (w: number, f: number): boolean => {
    if (w > furthest.wanted) furthest = { wanted: w, found: f };
    const line = wanted[w];
    if (line === undefined) return f === found.length;
    if (line.text.trim() === ANY) return matches(w + 1, f) || (f < found.length && matches(w, f + 1));
    return f < found.length && isLike(line.text, found[f]!.text) && matches(w + 1, f + 1);
  };
  if (matches(0, 0)) return undefined;
  return complaint(wanted[furthest.wanted], found.slice(furthest.found));
};

type Line = { readonly text: string; readonly at: number };

const linesOf = (text: string): readonly Line[] =>
  text
    .split('\n')
    .map((line, at) => ({ text: line, at }))
    .filter((line) => line.text.trim() !== '');

const MAX_SHOWN = 12;

const complaint = (line: Line | undefined, rest: readonly Line[]): Misshapen => {
  const shown = rest.slice(0, MAX_SHOWN).map(({ text }) => `    ${text}`);
  const printed = shown.length === 0 ? 'nothing more was printed' : `printed here:\n${shown.join('\n')}`;
  if (line === undefined) return { at: -1, why: `the page ends here, and there is more; ${printed}` };
  return { at: line.at, why: `the page has\n    ${line.text}\n${printed}` };
};

const isLike = (wanted: string, found: string): boolean =>
  new RegExp(`^${shapeOf(wanted).split(ANY).map(literally).join('.*')}$`, 'u').test(shapeOf(found));

const literally = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');

/** Values that differ from run to run, in one word each; the first pattern that fits is used. */
const VARYING: readonly (readonly [RegExp, string])[] = [
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}\b/g, 'ID'],
  // A hash or the start of an id; a word without a digit, such as "facade", is none.
  [/\b(?=[a-f]*\d)[0-9a-f]{8,}\b/g, 'ID'],
  [/(?<![\w.~:/])(?:\/[\w.@+~-]+){2,}/g, 'PATH'],
  [/\b\d+(\.\d+)?\s?(µs|ms|s|min|m|h)\b/g, 'TIME'],
  [/\d+([.,]\d+)*/g, '0'],
  // Column widths depend on their contents.
  [/\s+/g, ' '],
];

const shapeOf = (line: string): string =>
  VARYING.reduce((text, [pattern, word]) => text.replace(pattern, word), line).trim();
