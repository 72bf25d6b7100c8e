import { createRequire } from 'node:module';
import type { RE2JS } from 're2js';

/** Go's regular expressions: RE2's syntax, and time that grows with the text and no faster. */
export type Regexp = {
  /** Whether it says of a text's bytes what it says of the text. */
  readonly bytewise: boolean;
  test(text: string): boolean;
  findAll(text: string): Iterable<Match>;
};
export type Match = { readonly start: number; readonly end: number; group(key: number | string): string | undefined };

/** `error` in Go's words. */
export const compileRegexp = (pattern: string): Regexp | { readonly error: string } => {
  const prefix = literalPrefix(pattern);
  // Such a pattern is never wrong, and is compiled only when somebody wants to know where it matched.
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

/** Most configurations have no other patterns than literal beginnings: they start sooner without the engine. */
const engine = (): typeof RE2JS => {
  loaded ??= (createRequire(import.meta.url)('re2js') as { RE2JS: typeof RE2JS }).RE2JS;
  return loaded;
};
let loaded: typeof RE2JS | undefined;

/** `^n1\.` asks only how a text begins: the form every session route has, on the way of every request. */
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
