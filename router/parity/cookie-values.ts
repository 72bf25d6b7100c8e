/** The values of a server's cookie, made here anew: the judge does not ask the code that it judges. */
import { createHash } from 'node:crypto';

export const cookieHash = (url: string): string => createHash('sha256').update(url).digest('hex').slice(0, 16);

const OFFSET = 0xcbf29ce484222325n;
const PRIME = 0x100000001b3n;

/** FNV-1, 64 bits: what Traefik wrote before it wrote SHA-256, and still accepts. */
export const cookieFnv = (text: string): string => {
  let hash = OFFSET;
  for (const byte of Buffer.from(text)) hash = ((hash * PRIME) & 0xffffffffffffffffn) ^ BigInt(byte);
  return hash.toString(16);
};

/** The name of a cookie whose service gives none. */
export const defaultCookieName = (service: string): string =>
  `_${createHash('sha1').update(`_TRAEFIK_BACKEND_${service}`).digest('hex').slice(0, 5)}`;
