import { Unparsable } from './scan.ts';

/** What a string of Go stands for; it is known to have its quotes. */
export const stringValue = (literal: string, at: number): string => {
  const inner = literal.slice(1, -1);
  // Go leaves carriage returns out of raw strings.
  if (literal.startsWith('`')) return inner.replaceAll('\r', '');
  // An escape may be one byte of a character, so bytes are put together first.
  const bytes = Buffer.concat([...inner.matchAll(PART)].map(([part]) => bytesOf(part, at + 1)));
  return bytes.toString('utf8');
};

const bytesOf = (part: string, at: number): Buffer => {
  if (!part.startsWith('\\')) return Buffer.from(part, 'utf8');
  const kind = part[1]!;
  const simple = SIMPLE[kind];
  if (simple !== undefined) return Buffer.from(simple);
  if (part.length === 2) throw new Unparsable('unknown escape sequence', at);
  const code =
    kind === 'x' || kind === 'u' || kind === 'U'
      ? Number.parseInt(part.slice(2), 16)
      : Number.parseInt(part.slice(1), 8);
  if (kind === 'u' || kind === 'U') return Buffer.from(character(code, at), 'utf8');
  if (code > 255) throw new Unparsable(`octal escape value ${code} > 255`, at);
  return Buffer.from([code]);
};

const character = (code: number, at: number): string => {
  if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
    throw new Unparsable('escape sequence is invalid Unicode code point', at);
  return String.fromCodePoint(code);
};

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
