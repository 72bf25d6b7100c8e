import { parse } from 'yaml';

/** Parses a YAML text to plain values; an empty text gives an empty object. */
export const yamlValues = (text: string): unknown => parse(text, { merge: true }) ?? {};
