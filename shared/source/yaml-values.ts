import { parse } from 'yaml';

/**
 * Parses a YAML text to plain values; an empty text gives an empty object. Of a key that is there twice the last counts:
 * the library needs O(n²) to find one, and readTree refuses it before.
 */
export const yamlValues = (text: string): unknown => parse(text, { merge: true, uniqueKeys: false }) ?? {};
