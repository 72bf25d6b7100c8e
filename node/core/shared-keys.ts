/** Keys that all nodes of a deployment share. The first one signs or seals, all are tried: so they change while nodes run. */
export type Keys = readonly [string, ...string[]];

/** With what a node seals the state that clients carry for it. */
export type StateKeys = {
  readonly keys: Keys;
  /** Somebody uses them. */
  readonly onUse: () => void;
};

/** The variable of the environment; an option would stand in every list of processes. */
export const RELAY_SECRET = 'MOORING_RELAY_SECRET';

export type KeysRead = { readonly kind: 'keys'; readonly keys: Keys } | { readonly kind: 'weak'; readonly why: string };

/** As the SDK asks of a key for HMAC-SHA-256. */
const LEAST_BYTES = 32;
/** Of 32 random digits, 5 in a million have so few different ones: whoever typed these did not draw them. */
const LEAST_DIFFERENT = 8;

/** One a line, or separated by commas. */
export const readKeys = (text: string): KeysRead => {
  const keys = text
    .split(/[\n,]/)
    .map((key) => key.trim())
    .filter((key) => key !== '');
  for (const [at, key] of keys.entries()) {
    const bytes = Buffer.byteLength(key);
    if (bytes < LEAST_BYTES) return weak(`key ${at + 1} has ${bytes} bytes, ${LEAST_BYTES} are the least`);
    if (new Set(key).size < LEAST_DIFFERENT) return weak(`key ${at + 1} repeats the same few characters`);
  }
  const [first, ...rest] = keys;
  return first === undefined ? weak('there is no key in it') : { kind: 'keys', keys: [first, ...rest] };
};

const weak = (why: string): KeysRead => ({ kind: 'weak', why });
