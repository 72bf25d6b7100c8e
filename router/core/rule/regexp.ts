import { createRequire } from 'node:module';
import type { RE2JS } from 're2js';

/** Go's regular expressions: RE2 syntax, linear time. */
export type Regexp = {
  /** Whether matching the bytes of a text gives the same result as matching the text. */
  readonly bytewise: boolean;
  test(text: string): boolean;
  findAll(text: string): Iterable<Match>;
};
export type Match = { readonly start: number; readonly end: number; group(key: number | string): string | undefined };

/** `error` is Go's message. */
export const compileRegexp = (pattern: string): Regexp | { readonly error: string } => {
  const prefix = literalPrefix(pattern);
  // Such a pattern is always valid; it is compiled only to find where it matched.
  if (prefix !== undefined)
    return {
      bytewise: true,
      test: (text) => text.startsWith(prefix),
      findAll: (text) => findAll(engine().compile(pattern), text),
    };
  try {
    const compiled = engine().compile(pattern);
    return { bytewise: false, test: (text) => compiled.test(text), findAll: (text) => findAll(compiled, text) };
  } catch (error) {
    return { error: (error as Error).message };
  }
};

/** Loaded on demand: most configurations only have literal prefixes, and start faster without the engine. */
const engine = (): typeof RE2JS => {
  loaded ??= (createRequire(import.meta.url)('re2js') as { RE2JS: typeof RE2JS }).RE2JS;
  return loaded;
};
let loaded: typeof RE2JS | undefined;

/** `^n1\.` is a plain prefix test. Every session route has this form, and every request is checked against it. */
const literalPrefix = (pattern: string): string | undefined => {
  const literal = /^\^((?:[\w\-/:;,= ]|\\[.\-/])*)$/.exec(pattern)?.[1];
  return literal?.replace(/\\(.)/g, '$1');
};

function* findAll(compiled: RE2JS, text: string): Generator<Match> {
  const matcher = compiled.matcher(text);
  const names = compiled.namedGroups();
  const count = matcher.groupCount();
  while (matcher.find()) {
    yield {
      start: matcher.start(),
      end: matcher.end(),
      group: (key) => {
        const index = typeof key === 'string' ? names[key] : key;
        return index === undefined || index > count ? undefined : (matcher.group(index) ?? undefined);
      },
    };
  }
}
