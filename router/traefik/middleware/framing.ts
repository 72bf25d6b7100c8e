/** These say where a message ends or where it goes. Go never takes them from a map of headers, so neither do we. */
const FRAMING = new Set(['content-length', 'transfer-encoding', 'trailer', 'host']);

export const isFraming = (name: string): boolean => FRAMING.has(name);

/**
 * Between two neighbours only, and what frames a message, which whoever sends it writes. Proxy-Authorization is not among
 * them: it is meant for the service that forwardAuth asks.
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
