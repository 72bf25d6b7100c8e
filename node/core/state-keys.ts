/** With what a node seals the state that clients carry for it. */
export type StateKeys = {
  /** The first one seals, all are tried. */
  readonly keys: readonly string[];
  /** Somebody uses them. */
  readonly onUse: () => void;
};

export type KeysRead =
  | { readonly kind: 'keys'; readonly keys: readonly string[] }
  | { readonly kind: 'weak'; readonly why: string };

/** As the SDK asks of a key for HMAC-SHA-256. */
const LEAST_BYTES = 32;
/** Of 32 random digits, 5 in a million have so few different ones: whoever typed these did not draw them. */
const LEAST_DIFFERENT = 8;

/** Keys that seal what clients carry for a server: the first one seals, all are tried. One a line, or separated by commas. */
export const readStateKeys = (text: string): KeysRead => {
  const keys = text
    .split(/[\n,]/)
    .map((key) => key.trim())
    .filter((key) => key !== '');
  if (keys.length === 0) return { kind: 'weak', why: 'there is no key in it' };
  for (const [at, key] of keys.entries()) {
    const bytes = new TextEncoder().encode(key).byteLength;
    if (bytes < LEAST_BYTES)
      return { kind: 'weak', why: `key ${at + 1} has ${bytes} bytes, ${LEAST_BYTES} are the least` };
    if (new Set(key).size < LEAST_DIFFERENT)
      return { kind: 'weak', why: `key ${at + 1} repeats the same few characters` };
  }
  return { kind: 'keys', keys };
};
