/**
 * Keys that all nodes of a deployment share. The first one signs or seals, all are tried: so keys can be rotated while
 * nodes run.
 */
export type Keys = readonly [string, ...string[]];

/** The keys that seal the state which clients carry. */
export type StateKeys = {
  readonly keys: Keys;
  readonly onUse: () => void;
};

/** The environment variable; a command-line option would show up in every process list. */
export const RELAY_SECRET = 'MOORING_RELAY_SECRET';

export type KeysRead = { readonly kind: 'keys'; readonly keys: Keys } | { readonly kind: 'weak'; readonly why: string };

/** The SDK's minimum for an HMAC-SHA-256 key. */
const LEAST_BYTES = 32;
/** Of 32 random digits, only 5 in a million have so few different ones: this key was typed, not generated. */
const LEAST_DIFFERENT = 8;

/** One per line, or separated by commas. */
export const readKeys = (text: string): KeysRead => {
  const keys = text
    .split(/[\n,]/)
    .map((key) => key.trim())
    .filter((key) => key !== '');
  for (const [at, key] of keys.entries()) {
    const bytes = Buffer.byteLength(key);
    if (bytes < LEAST_BYTES) return weak(`key ${at + 1} has ${bytes} bytes, but needs at least ${LEAST_BYTES}`);
    if (new Set(key).size < LEAST_DIFFERENT) return weak(`key ${at + 1} repeats the same few characters`);
  }
  const [first, ...rest] = keys;
  return first === undefined ? weak('there is no key in it') : { kind: 'keys', keys: [first, ...rest] };
};

const weak = (why: string): KeysRead => ({ kind: 'weak', why });
