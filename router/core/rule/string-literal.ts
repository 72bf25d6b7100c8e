import { Unparsable } from './scan.ts';

/** The value of a Go string literal; its quotes were already checked. */
export const stringValue = (literal: string, at: number): string => {
  const inner = literal.slice(1, -1);
  // Go drops carriage returns in raw strings.
  if (literal.startsWith('`')) return inner.replaceAll('\r', '');
  // An escape may be one byte of a character, so the bytes are joined first.
  const parts = [...inner.matchAll(PART)].map(({ 0: part, index }) => bytesOf(part, at + 1 + index));
  const bytes = Buffer.concat(parts);
  return bytes.toString('utf8');
};

/** Go reports the position after the backslash. */
const bytesOf = (part: string, at: number): Buffer => {
  if (!part.startsWith('\\')) return Buffer.from(part, 'utf8');
  const kind = part[1]!;
  const simple = SIMPLE[kind];
  if (simple !== undefined) return Buffer.from(simple);
  if (part.length === 2) throw new Unparsable('unknown escape sequence', at + 1);
  const code =
    kind === 'x' || kind === 'u' || kind === 'U'
      ? Number.parseInt(part.slice(2), 16)
      : Number.parseInt(part.slice(1), 8);
  const isCharacter = kind === 'u' || kind === 'U';
  if (isCharacter ? !isCodePoint(code) : code > 255)
    throw new Unparsable('escape sequence is invalid Unicode code point', at + 1);
  return isCharacter ? Buffer.from(String.fromCodePoint(code), 'utf8') : Buffer.from([code]);
};

const isCodePoint = (code: number): boolean => code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);

const PART = /\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{3}|[\s\S])|[^\\]+/g;
const SIMPLE: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '"': '"',
};
