/**
 * A path as Go's net/url keeps it: decoded, plus the original spelling where Go would spell it differently.
 * Middlewares change both; if the two disagree, the decoded one counts.
 */
export type UrlPath = { readonly decoded: string; readonly raw: string };

/** `escaped` must have no broken escapes. */
export const parsePath = (escaped: string): UrlPath => {
  const decoded = decode(escaped);
  return { decoded, raw: encode(decoded) === escaped ? '' : escaped };
};

export const writePath = ({ decoded, raw }: UrlPath): string => {
  if (VALID.test(raw) && brokenEscape(raw) === undefined && decode(raw) === decoded) return raw;
  return decoded === '*' ? decoded : encode(decoded);
};

export const decode = (escaped: string): string => undoEscapes(escaped, EVERY_BYTE);

/** Decodes escapes of the marked bytes, and writes the others in capitals. */
export const undoEscapes = (escaped: string, marked: Uint8Array): string => {
  const first = escaped.indexOf('%');
  if (first < 0) return escaped;
  const bytes = Buffer.from(escaped, 'latin1');
  let length = first;
  for (let i = first; i < bytes.length; i++) {
    const value = bytes[i] === PERCENT ? hexByte(bytes, i + 1) : -1;
    if (value < 0) bytes[length++] = bytes[i]!;
    else {
      i += 2;
      if (marked[value] === 1) bytes[length++] = value;
      else length = writeEscape(bytes, length, value);
    }
  }
  return bytes.toString('latin1', 0, length);
};

/** A table of bytes for the loops here: a callback for each character costs ten times as much. */
export const markBytes = (isMarked: (character: string) => boolean): Uint8Array =>
  Uint8Array.from({ length: 0x100 }, (_, byte) => (isMarked(String.fromCharCode(byte)) ? 1 : 0));

/** The first `%` that does not start an escape, with the text after it, as Go quotes it in its error. */
export const brokenEscape = (escaped: string): string | undefined => BROKEN.exec(escaped)?.[0];

/** Whether Go's path.Clean would change nothing but a trailing slash. */
export const isClean = (path: string): boolean => !UNCLEAN.test(path.startsWith('/') ? path : `/${path}`);

export const withLeadingSlash = (path: string): string => (path === '' || path.startsWith('/') ? path : `/${path}`);

const encode = (decoded: string): string => {
  if (!TO_ESCAPE.test(decoded)) return decoded;
  const bytes = Buffer.allocUnsafe(decoded.length * 3);
  let length = 0;
  for (let i = 0; i < decoded.length; i++) {
    const byte = decoded.charCodeAt(i);
    if (ESCAPED[byte] === 1) length = writeEscape(bytes, length, byte);
    else bytes[length++] = byte;
  }
  return bytes.toString('latin1', 0, length);
};

const writeEscape = (bytes: Buffer, at: number, byte: number): number => {
  bytes[at] = PERCENT;
  bytes[at + 1] = DIGITS.charCodeAt(byte >> 4);
  bytes[at + 2] = DIGITS.charCodeAt(byte & 0xf);
  return at + 3;
};

/** -1: no two hex digits there. */
const hexByte = (bytes: Buffer, at: number): number => {
  const high = HEX[bytes[at] ?? 0]!;
  const low = HEX[bytes[at + 1] ?? 0]!;
  return high < 0 || low < 0 ? -1 : high * 16 + low;
};

const PERCENT = 0x25;
const DIGITS = '0123456789ABCDEF';
const HEX = Int8Array.from({ length: 0x100 }, (_, byte) => DIGITS.indexOf(String.fromCharCode(byte).toUpperCase()));
const EVERY_BYTE = new Uint8Array(0x100).fill(1);
const BROKEN = /%(?![0-9a-f]{2}).{0,2}/is;
const UNCLEAN = /\/(?:\/|\.\.?(?:\/|$))/;
const TO_ESCAPE = /[^A-Za-z0-9\-_.~$&+,/:;=@]/;
const ESCAPED = markBytes((character) => TO_ESCAPE.test(character));
/** Characters that net/url accepts in a written path, though it would escape some of them itself. */
const VALID = /^[A-Za-z0-9\-_.~!$&'()*+,;=:@[\]%/]*$/;
