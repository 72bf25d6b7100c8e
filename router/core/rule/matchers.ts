import { compileAddressSet } from '../request/address-set.ts';
import { byteString, textOf } from '../request/byte-string.ts';
import type { Request } from '../request/request.ts';
import { compileHost } from './host-expression.ts';
import { queryValues } from './query.ts';
import { compileRegexp, type Regexp } from './regexp.ts';

/** A compiled matcher; `saw` is the part of the request that it looked at. */
export type Matcher = { matches(request: Request): boolean; saw(request: Request): string | undefined };
type Failed = { readonly error: string };
type Build = (args: readonly string[]) => Matcher | Failed;
type Test = (value: string) => boolean;

const on = (saw: (request: Request) => string, test: Test): Matcher => ({
  saw,
  matches: (request) => test(saw(request)),
});

const onSome = (values: (request: Request) => readonly string[], test: Test): Matcher => ({
  saw: (request) => values(request).join(', ') || undefined,
  matches: (request) => values(request).some(test),
});

/** `place` is Traefik's name in errors, where a PathRegexp is called PathPrefix. */
const withRegexp = (place: string, pattern: string, make: (regexp: Regexp) => Matcher): Matcher | Failed => {
  const compiled = compileRegexp(pattern);
  return 'error' in compiled ? { error: `compiling ${place} matcher: ${compiled.error}` } : make(compiled);
};

const rooted = (path: string, test: Test): Matcher | Failed =>
  path.startsWith('/') ? on(routingPath, test) : { error: `path ${JSON.stringify(path)} does not start with a '/'` };

const routingPath = (request: Request): string => request.routingPath;
const host = (request: Request): string => request.canonicalHost;

const ascii = (value: string, matcher: string, make: () => Matcher | Failed): Matcher | Failed =>
  Buffer.byteLength(value) === value.length
    ? make()
    : {
        error: `invalid value ${JSON.stringify(value)} for ${matcher} matcher, non-ASCII characters are not allowed`,
      };

/** Headers are matched as bytes, without a copy: every session request passes such a matcher. */
const onHeader = (name: string, test: Test): Matcher => {
  const lower = name.toLowerCase();
  return {
    saw: ({ headers }) => headers.all(lower).map(textOf).join(', ') || undefined,
    matches: ({ headers: { flat } }) => {
      for (let i = 0; i < flat.length; i += 2) if (flat[i] === lower && test(flat[i + 1]!)) return true;
      return false;
    },
  };
};

const onQuery = (key: string, test: Test): Matcher => onSome(({ query = '' }) => queryValues(query, key), test);

/** By Traefik's name, with the accepted numbers of arguments. */
export const MATCHERS: Readonly<Record<string, { readonly counts: readonly number[]; readonly build: Build }>> = {
  ClientIP: {
    counts: [1],
    build: (ranges) => {
      const set = compileAddressSet(ranges);
      if ('error' in set) return { error: `initializing IP checker for ClientIP matcher: ${set.error}` };
      return on((request) => request.remoteAddress, set.contains);
    },
  },
  Method: {
    counts: [1],
    build: ([written = '']) => {
      const method = written.toUpperCase();
      return on(
        (request) => request.method,
        (seen) => seen === method,
      );
    },
  },
  Host: {
    counts: [1],
    build: ([wanted = '']) => ascii(wanted, 'Host', () => on(host, compileHost(wanted))),
  },
  HostRegexp: {
    counts: [1],
    build: ([pattern = '']) =>
      ascii(pattern, 'HostRegexp', () =>
        // Traefik also tries the flattened CNAME, which is empty here.
        withRegexp('HostRegexp', pattern, ({ test }) => (test('') ? on(host, () => true) : on(host, test))),
      ),
  },
  Path: { counts: [1], build: ([wanted = '']) => rooted(wanted, (seen) => seen === wanted) },
  PathPrefix: { counts: [1], build: ([prefix = '']) => rooted(prefix, (seen) => seen.startsWith(prefix)) },
  PathRegexp: {
    counts: [1],
    build: ([pattern = '']) => withRegexp('PathPrefix', pattern, ({ test }) => on(routingPath, test)),
  },
  Header: {
    counts: [2],
    build: ([name = '', value = '']) => {
      const wanted = byteString(value);
      return onHeader(name, (seen) => seen === wanted);
    },
  },
  HeaderRegexp: {
    counts: [2],
    build: ([name = '', pattern = '']) =>
      withRegexp('HeaderRegexp', pattern, ({ bytewise, test }) =>
        onHeader(name, bytewise ? test : (seen) => test(textOf(seen))),
      ),
  },
  Query: { counts: [1, 2], build: ([key = '', value = '']) => onQuery(key, (seen) => seen === value) },
  QueryRegexp: {
    counts: [1, 2],
    build: ([key = '', pattern]) =>
      pattern === undefined
        ? onQuery(key, (seen) => seen === '')
        : withRegexp('QueryRegexp', pattern, ({ test }) => onQuery(key, test)),
  },
};
