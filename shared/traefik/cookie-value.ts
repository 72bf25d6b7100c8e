import { createHash } from 'node:crypto';
import { hasFeature, type TraefikMinor } from './minors.ts';

const VALUE_LENGTH = 16;
const FNV_OFFSET = 0xcbf29ce484222325n;
const FNV_PRIME = 0x100000001b3n;

/**
 * The value of a sticky cookie: a hash of the server URL's text (of a child's name, in a weighted service). The text
 * counts, not the parsed URL: with a trailing slash or an explicit port it is another server.
 */
export const cookieValue = (text: string): string =>
  createHash('sha256').update(text).digest('hex').slice(0, VALUE_LENGTH);

/** Values of older versions of Traefik; for a while these hashed the URL's hash again. Accepted, then rewritten. */
export const legacyCookieValues = (text: string): readonly string[] => {
  const hashed = fnv(text);
  return [text, hashed, fnv(hashed)];
};

/** The values that the supported versions write, and still accept from each other during an upgrade. */
export const cookieValuesFor = (minor: TraefikMinor, text: string): readonly string[] =>
  hasFeature(minor, 'sha256Cookies') ? [cookieValue(text)] : [cookieValue(text), fnv(text)];

/** FNV-1 of 64 bits (not 1a), in hex without leading zeros. */
const fnv = (text: string): string => {
  let hash = FNV_OFFSET;
  for (const byte of Buffer.from(text)) hash = BigInt.asUintN(64, hash * FNV_PRIME) ^ BigInt(byte);
  return hash.toString(16);
};
