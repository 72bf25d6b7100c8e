import type { Mutant } from './find-mutants.ts';

/** A mutant that changes nothing observable, and why. */
export type Equivalent = {
  readonly file: string;
  readonly from: string;
  readonly to: string;
  /** Part of its line, if the same change elsewhere would be a fault. */
  readonly line?: string;
  readonly why: string;
};

export const EQUIVALENT: readonly Equivalent[] = [
  {
    file: 'router/core/request/byte-string.ts',
    from: 'BEYOND_ASCII.test(bytes)',
    to: 'true',
    why: 'ASCII is the same in both; not to ask costs time',
  },
  {
    file: 'router/core/request/header-list.ts',
    from: 'i < flat.length',
    to: 'i <= flat.length',
    why: 'behind the last pair there is no name',
  },
  {
    file: 'router/core/request/header-name.ts',
    from: 'known.size < LIMIT',
    to: 'true',
    why: 'it bounds memory, and what is kept only saves time',
  },
  {
    file: 'router/core/request/header-name.ts',
    from: 'known.size < LIMIT',
    to: 'false',
    why: 'it bounds memory, and what is kept only saves time',
  },
  {
    file: 'router/core/request/header-name.ts',
    from: 'known.size < LIMIT',
    to: 'known.size <= LIMIT',
    why: 'it bounds memory, and what is kept only saves time',
  },
  {
    file: 'router/core/request/header-name.ts',
    from: 'known.size < LIMIT',
    to: 'known.size >= LIMIT',
    why: 'it bounds memory, and what is kept only saves time',
  },
  { file: 'router/core/rule/compile.ts', from: '/^./', to: '/./', why: 'the first character is found first' },
  {
    file: 'router/core/rule/matchers.ts',
    from: 'i < flat.length',
    to: 'i <= flat.length',
    why: 'behind the last pair there is no name',
  },
  { file: 'router/core/rule/matchers.ts', from: `''`, to: `'x'`, why: 'arguments are counted before: none is missing' },
  {
    file: 'router/core/rule/matchers.ts',
    from: 'bytewise',
    to: 'false',
    why: 'the bytes are only quicker to look at than the text',
  },
  {
    file: 'router/core/rule/regexp.ts',
    from: 'true',
    to: 'false',
    line: 'bytewise: true',
    why: 'the bytes are only quicker to look at than the text',
  },
  {
    file: 'router/core/rule/regexp.ts',
    from: `loaded ??= (createRequire(import.meta.url)('re2js') as { RE2JS: typeof RE2JS }).RE2JS`,
    to: `loaded = (createRequire(import.meta.url)('re2js') as { RE2JS: typeof RE2JS }).RE2JS`,
    why: 'a module is loaded once, whoever asks again',
  },
  {
    file: 'router/core/rule/scan.ts',
    from: `'\\n'`,
    to: `''`,
    line: `kind: 'newline'`,
    why: 'of these tokens the kind counts',
  },
  {
    file: 'router/core/rule/scan.ts',
    from: `''`,
    to: `'x'`,
    line: `kind: 'end'`,
    why: 'of these tokens the kind counts',
  },
  {
    file: 'router/core/rule/scan.ts',
    from: '/^(?:[ \\t\\r\\n]|\\/\\/[^\\n]*|\\/\\*[\\s\\S]*?\\*\\/)*/',
    to: '/(?:[ \\t\\r\\n]|\\/\\/[^\\n]*|\\/\\*[\\s\\S]*?\\*\\/)*/',
    why: 'what may be empty is found at the beginning',
  },
  { file: 'router/core/rule/scan.ts', from: '/^`[^`]*`/', to: '/`[^`]*`/', why: 'the text begins with that quote' },
  {
    file: 'router/core/rule/string-literal.ts',
    from: 'startsWith',
    to: 'endsWith',
    why: 'a literal ends with the quote it begins with',
  },
  {
    file: 'router/core/service/cookie-header.ts',
    from: 'i < flat.length',
    to: 'i <= flat.length',
    why: 'behind the last pair there is no name',
  },
  {
    file: 'router/core/service/cookie-header.ts',
    from: 'before >= 0 && isSpace(line.charCodeAt(before))',
    to: 'isSpace(line.charCodeAt(before))',
    why: 'outside a line there is no space',
  },
  {
    file: 'router/core/service/cookie-header.ts',
    from: 'at < line.length && isSpace(line.charCodeAt(at))',
    to: 'isSpace(line.charCodeAt(at))',
    why: 'outside a line there is no space',
  },
  {
    file: 'router/core/service/cookie-header.ts',
    from: 'at < line.length',
    to: 'at <= line.length',
    why: 'outside a line there is no space',
  },
  {
    file: 'router/core/service/cookie-header.ts',
    from: 'end > start && isSpace(line.charCodeAt(end - 1))',
    to: 'isSpace(line.charCodeAt(end - 1))',
    why: 'before the value stands its equals sign, which is no space',
  },
  {
    file: 'router/core/service/cookie-header.ts',
    from: 'end > start',
    to: 'end >= start',
    why: 'before the value stands its equals sign, which is no space',
  },
  {
    file: 'router/core/service/cookie-header.ts',
    from: 'end < 0',
    to: 'end <= 0',
    why: 'the value does not begin at 0',
  },
  {
    file: 'router/core/service/rendezvous.ts',
    from: 'best !== undefined && score <= bestScore',
    to: 'score <= bestScore',
    why: 'a score is greater than 0, but for one hash of 2^64',
  },
  {
    file: 'router/core/service/strategy.ts',
    from: 'i > 0',
    to: 'i >= 0',
    why: 'the first one would change places with itself',
  },
  {
    file: 'router/core/table/compile.ts',
    from: 'a.name < b.name',
    to: 'a.name <= b.name',
    why: 'no two have one name',
  },
];

/** The entry for this mutant. */
export const findEquivalent = (
  { file, from, to, line }: Mutant & { readonly file: string },
  source: string,
  entries: readonly Equivalent[],
): Equivalent | undefined =>
  entries.find(
    (entry) =>
      entry.file === file &&
      entry.from === flat(from) &&
      entry.to === flat(to) &&
      (entry.line === undefined || source.split('\n')[line - 1]!.includes(entry.line)),
  );

/** On one line, however it is formatted. */
export const flat = (text: string): string => text.replace(/\s+/g, ' ');
