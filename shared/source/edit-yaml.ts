/** Edits one mapping of a YAML text and leaves everything else unchanged. */
import { isMap, isScalar, isSeq, type Pair, parseDocument, type Scalar, type YAMLMap } from 'yaml';

export type Entry = { readonly text: string; readonly map: YAMLMap };

/** The mapping in the list `list` whose `key` is `value`. */
export const findEntry = (
  text: string,
  { list, key, value }: { readonly list: string; readonly key: string; readonly value: string },
): Entry | undefined => {
  const items = parseDocument(text, { merge: true }).get(list);
  if (!isSeq(items)) return undefined;
  const map = items.items.filter(isMap).find((one) => one.get(key) === value);
  return map && { text, map };
};

const pairOf = (map: YAMLMap, name: string): Pair<Scalar, Scalar> | undefined =>
  map.items.find(
    (pair): pair is Pair<Scalar, Scalar> => isScalar(pair.key) && pair.key.value === name && isScalar(pair.value),
  );

type NewPair = { readonly name: string; readonly word: string; readonly behind: readonly string[] };

/** Sets `name: word`: replaces the value, or inserts the pair after the first of the keys in `behind` that exists. */
export const withWord = (entry: Entry, { name, word, behind }: NewPair): string => {
  const pair = pairOf(entry.map, name);
  if (pair?.value == null) return inserted(entry, { name, word, behind });
  const [from, to] = pair.value.range!;
  // Keep the quotes, so that JSON stays JSON.
  const quote = quoteOf(pair.value);
  return splice(entry.text, { from, to, by: quote + word + quote });
};

/** After the pair in `{ … }`, else on a new line below it. */
const inserted = ({ text, map }: Entry, { name, word, behind }: NewPair): string => {
  const pair = behind.map((key) => pairOf(map, key)).find((one) => one !== undefined);
  if (pair?.value == null) return text;
  const end = pair.value.range![1];
  const quote = quoteOf(pair.key);
  const line = `${quote}${name}${quote}: ${quote}${word}${quote}`;
  if (map.flow) return splice(text, { from: end, to: end, by: `, ${line}` });
  const lineEnd = endOfLine(text, end);
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  return splice(text, { from: lineEnd, to: lineEnd, by: `${newline}${indentOf(text, pair.key.range![0])}${line}` });
};

const quoteOf = ({ type }: Scalar): string => (type === 'QUOTE_DOUBLE' ? '"' : type === 'QUOTE_SINGLE' ? "'" : '');

/** Removes the whole line, if nothing else is on it. */
export const withoutWord = ({ text, map }: Entry, name: string): string | undefined => {
  const pair = pairOf(map, name);
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

/** The position before the line break, which may have two characters. */
const endOfLine = (text: string, from: number): number => {
  const found = /\r?\n/.exec(text.slice(from));
  return found === null ? text.length : from + found.index;
};

/** Spaces up to the column of the key, also if the line begins with a dash. */
const indentOf = (text: string, key: number): string => ' '.repeat(key - text.lastIndexOf('\n', key) - 1);
