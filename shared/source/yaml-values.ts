import { parse } from 'yaml';

/** What a text says, each value of the type that YAML gives it; an empty one says nothing. */
export const yamlValues = (text: string): unknown => parse(text, { merge: true }) ?? {};
