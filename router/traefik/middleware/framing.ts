/** Headers for framing and routing. Go never takes them from a header map, so neither do we. */
const FRAMING = new Set(['content-length', 'transfer-encoding', 'trailer', 'host']);

export const isFraming = (name: string): boolean => FRAMING.has(name);

/**
 * Hop-by-hop headers and framing headers, which the sender sets itself. Without Proxy-Authorization, which is meant for
 * the service of forwardAuth.
 */
export const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'te',
  'trailer',
  'trailers',
  'transfer-encoding',
  'upgrade',
  'content-length',
]);
