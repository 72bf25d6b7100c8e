/** These say where a message ends or where it goes. Go never takes them from a map of headers, so neither do we. */
const FRAMING = new Set(['content-length', 'transfer-encoding', 'trailer', 'host']);

export const isFraming = (name: string): boolean => FRAMING.has(name);
