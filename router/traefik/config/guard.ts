/** Checks of the text, before it is parsed as YAML. */
import type { Place, Problem } from '../../../shared/source/place.ts';

const TOML_LINE = /^\s*(\[\[?[\w."-]+\]\]?\s*(#.*)?$|[\w."-]+\s*=)/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]/;

export const guardText = (file: string, text: string): readonly Problem[] =>
  [tomlProblem(file, text), controlProblem(file, text)].filter((problem) => problem !== undefined);

/** Traefik runs dynamic files as Go templates, comments included; this router does not. */
export const guardTemplate = (file: string, text: string): readonly Problem[] => {
  const offset = text.indexOf('{{');
  if (offset < 0) return [];
  const remedy = 'write the value itself; in a flow mapping put a space between the two braces';
  return [refusal(placeAt(file, text, offset), '{{ starts a Go template, which Traefik would run', remedy)];
};

const tomlProblem = (file: string, text: string): Problem | undefined => {
  const first = text.split('\n').findIndex((line) => !/^\s*(#.*)?$/.test(line));
  const looksSo = first >= 0 && TOML_LINE.test(text.split('\n')[first] ?? '');
  if (!looksSo && !file.toLowerCase().endsWith('.toml')) return undefined;
  const place = { file, line: Math.max(first, 0) + 1, column: 1 };
  return refusal(place, 'this is a TOML file, and only YAML is read here', 'convert it to YAML and name it .yml');
};

const controlProblem = (file: string, text: string): Problem | undefined => {
  const offset = text.search(CONTROL);
  if (offset < 0) return undefined;
  const code = text.charCodeAt(offset).toString(16).toUpperCase().padStart(4, '0');
  return refusal(placeAt(file, text, offset), `the control character U+${code} is not allowed`, 'remove it');
};

const placeAt = (file: string, text: string, offset: number): Place => {
  const lines = text.slice(0, offset).split('\n');
  return { file, line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
};

const refusal = (place: Place, message: string, remedy: string): Problem => ({
  place,
  path: '',
  kind: 'invalid',
  message,
  remedy,
});
