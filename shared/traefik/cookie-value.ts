import { createHash } from 'node:crypto';
import { hasFeature, type TraefikMinor } from './minors.ts';

const VALUE_LENGTH = 16;
const FNV_OFFSET = 0xcbf29ce484222325n;
const FNV_PRIME = 0x100000001b3n;

/**
 * What a sticky cookie says: a hash of the server URL's text (of a child's name, in a weighted service). The text
 * counts, not the parsed URL: a trailing slash or a port written out is another server.
 */
export const cookieValue = (text: string): string =>
  createHash('sha256').update(text).digest('hex').slice(0, VALUE_LENGTH);

/** What older versions of Traefik wrote, the URL's hash having been hashed again for a while. Accepted, then rewritten. */
export const legacyCookieValues = (text: string): readonly string[] => {
  const hashed = fnv(text);
  return [text, hashed, fnv(hashed)];
};

/** What the versions that a topology may name write, and still take from each other while one follows the other. */
export const cookieValuesFor = (minor: TraefikMinor, text: string): readonly string[] =>
  hasFeature(minor, 'sha256Cookies') ? [cookieValue(text)] : [cookieValue(text), fnv(text)];

/** FNV-1 of 64 bits (not 1a), in hex without leading zeros. */
const fnv = (text: string): string => {
  let hash = FNV_OFFSET;
  for (const byte of Buffer.from(text)) hash = BigInt.asUintN(64, hash * FNV_PRIME) ^ BigInt(byte);
  return hash.toString(16);
};
