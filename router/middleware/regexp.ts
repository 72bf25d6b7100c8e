import { RE2JS } from 're2js';

export type Regexp = { test(text: string): boolean; findAll(text: string): Iterable<Match> };
export type Match = { readonly start: number; readonly end: number; group(key: number | string): string | undefined };

export const compileRegexp = (pattern: string): Regexp | { readonly error: string } => {
  try {
    const compiled = RE2JS.compile(pattern);
    return { test: (text) => compiled.test(text), findAll: (text) => findAll(compiled, text) };
  } catch (error) {
    return { error: (error as Error).message };
  }
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
