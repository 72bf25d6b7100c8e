import type { HeaderList } from '../request/header-list.ts';

/** Go ignores all cookies of a request with more pieces between semicolons than this; empty pieces count. */
const MAX_COOKIES = 3000;
const SEMICOLON = 0x3b;
const EQUALS = 0x3d;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * The value of the first valid cookie of this name in all Cookie headers, as Go's net/http reads it: malformed pairs are
 * skipped, one pair of quotes is removed, a value with an invalid byte does not count. The name must be a token, as
 * `cookieName` makes it, so that names equal to it need no check.
 */
export const readCookie = (headers: HeaderList, name: string): string | undefined => {
  const { flat } = headers;
  let found: string | undefined;
  let pieces = 0;
  for (let i = 0; i < flat.length; i += 2) {
    if (flat[i] !== 'cookie') continue;
    const line = flat[i + 1]!;
    pieces += countPieces(line);
    if (pieces > MAX_COOKIES) return undefined;
    found ??= readLine(line, name);
  }
  return found;
};

const countPieces = (line: string): number => {
  let count = 1;
  for (let at = line.indexOf(';'); at >= 0; at = line.indexOf(';', at + 1)) count++;
  return count;
};

/** Jumps from one occurrence of the name to the next, without looking at the text between them. */
const readLine = (line: string, name: string): string | undefined => {
  const { length } = name;
  for (let at = line.indexOf(name); at >= 0; at = line.indexOf(name, at + length)) {
    if (!beginsPiece(line, at)) continue;
    const after = skipSpace(line, at + length);
    const separator = after < line.length ? line.charCodeAt(after) : SEMICOLON;
    if (separator === SEMICOLON) return '';
    if (separator !== EQUALS) continue;
    const value = readValue(line, after + 1);
    if (value !== undefined) return value;
  }
  return undefined;
};

const beginsPiece = (line: string, at: number): boolean => {
  let before = at - 1;
  while (before >= 0 && isSpace(line.charCodeAt(before))) before--;
  return before < 0 || line.charCodeAt(before) === SEMICOLON;
};

/** Space before the value belongs to it, space after it does not. */
const readValue = (line: string, from: number): string | undefined => {
  let start = from;
  let end = line.indexOf(';', from);
  if (end < 0) end = line.length;
  while (end > start && isSpace(line.charCodeAt(end - 1))) end--;
  if (end - start > 1 && line.charCodeAt(start) === QUOTE && line.charCodeAt(end - 1) === QUOTE) {
    start++;
    end--;
  }
  for (let i = start; i < end; i++) if (!isValueByte(line.charCodeAt(i))) return undefined;
  return line.slice(start, end);
};

const skipSpace = (line: string, from: number): number => {
  let at = from;
  while (at < line.length && isSpace(line.charCodeAt(at))) at++;
  return at;
};

const isSpace = (code: number): boolean => code === 0x20 || code === 0x09 || code === 0x0a || code === 0x0d;

const isValueByte = (code: number): boolean => code >= 0x20 && code < 0x7f && code !== QUOTE && code !== BACKSLASH;
