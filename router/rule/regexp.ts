import { RE2JS } from 're2js';

/** Go's regular expressions: RE2's syntax, and time that grows with the text and no faster. */
export type Regexp = { test(text: string): boolean; findAll(text: string): Iterable<Match> };
export type Match = { readonly start: number; readonly end: number; group(key: number | string): string | undefined };

export const compileRegexp = (pattern: string): Regexp | { readonly error: string } => {
  const prefix = literalPrefix(pattern);
  try {
    const compiled = RE2JS.compile(pattern);
    const test =
      prefix === undefined ? (text: string) => compiled.test(text) : (text: string) => text.startsWith(prefix);
    return { test, findAll: (text) => findAll(compiled, text) };
  } catch (error) {
    return { error: (error as Error).message };
  }
};

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
