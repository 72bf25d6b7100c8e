/** The cookie values of a server, computed independently of the code under test. */
import { createHash } from 'node:crypto';

export const cookieHash = (url: string): string => createHash('sha256').update(url).digest('hex').slice(0, 16);

const OFFSET = 0xcbf29ce484222325n;
const PRIME = 0x100000001b3n;

/** FNV-1, 64 bits: Traefik used it before SHA-256, and still accepts it. */
export const cookieFnv = (text: string): string => {
  let hash = OFFSET;
  for (const byte of Buffer.from(text)) hash = ((hash * PRIME) & 0xffffffffffffffffn) ^ BigInt(byte);
  return hash.toString(16);
};

/** The default name of a service's cookie. */
export const defaultCookieName = (service: string): string =>
  `_${createHash('sha1').update(`_TRAEFIK_BACKEND_${service}`).digest('hex').slice(0, 5)}`;
