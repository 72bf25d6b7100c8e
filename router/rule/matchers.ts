import { compileAddressSet } from '../request/address-set.ts';
import type { Request } from '../request/request.ts';
import { compileRegexp } from './regexp.ts';

/** A matcher ready to ask; `saw` is what the request has in the place it looks at. */
export type Matcher = { matches(request: Request): boolean; saw(request: Request): string | undefined };
type Failed = { readonly error: string };
type Build = (args: readonly string[]) => Matcher | Failed;

const on = (saw: (request: Request) => string | undefined, test: (value: string) => boolean): Matcher => ({
  saw,
  matches: (request) => {
    const value = saw(request);
    return value !== undefined && test(value);
  },
});

const onSome = (values: (request: Request) => readonly string[], test: (value: string) => boolean): Matcher => ({
  saw: (request) => values(request).join(', ') || undefined,
  matches: (request) => values(request).some(test),
});

const path = (request: Request): string => request.routingPath;
const host = (request: Request): string => request.canonicalHost;

const withRegexp = (pattern: string, make: (test: (value: string) => boolean) => Matcher): Matcher | Failed => {
  const compiled = compileRegexp(pattern);
  return 'error' in compiled ? compiled : make(compiled.test);
};

const rooted = (written: string, make: () => Matcher): Matcher | Failed =>
  written.startsWith('/') ? make() : { error: `path ${JSON.stringify(written)} does not start with a '/'` };

// biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is defined by them
const isAscii = (text: string): boolean => /^[\x00-\x7f]*$/.test(text);
const notAscii = (value: string, matcher: string): Failed => ({
  error: `invalid value ${JSON.stringify(value)} for ${matcher} matcher, non-ASCII characters are not allowed`,
});

const buildHost: Build = ([wanted = '']) => {
  if (wanted === '*') return on(host, () => true);
  if (!isAscii(wanted)) return notAscii(wanted, 'Host');
  const expression = wanted.toLowerCase();
  const bare = expression.replace(/\.$/, '');
  return on(
    host,
    (seen) =>
      seen !== '' &&
      (hostFits(seen, expression) || hostFits(seen, bare) || hostFits(seen.replace(/\.$/, ''), expression)),
  );
};

/** `*.example.com` stands for exactly one label more. */
const hostFits = (seen: string, expression: string): boolean =>
  expression.startsWith('*') ? expression === seen.replace(/^[^.]*/, '*') : seen === expression;

const buildQuery = ([key = '', value = '']: readonly string[], test = (seen: string) => seen === value): Matcher =>
  onSome((request) => queryValues(request.query ?? '', key), test);

/** Go's url.ParseQuery: a pair that cannot be decoded is left out. */
const queryValues = (query: string, key: string): string[] =>
  query.split('&').flatMap((pair) => {
    const cut = pair.indexOf('=');
    const name = decodeQuery(cut < 0 ? pair : pair.slice(0, cut));
    if (pair === '' || name !== key) return [];
    return decodeQuery(cut < 0 ? '' : pair.slice(cut + 1)) ?? [];
  });

const decodeQuery = (text: string): string | undefined => {
  if (/%(?![0-9a-fA-F]{2})/.test(text)) return undefined;
  const bytes = text
    .replaceAll('+', ' ')
    .replace(/%([0-9a-fA-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
};

/** Each by Traefik's name, with the numbers of arguments it takes. */
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
    build: ([method = '']) =>
      on(
        (request) => request.method,
        (seen) => seen === method.toUpperCase(),
      ),
  },
  Host: { counts: [1], build: buildHost },
  HostRegexp: {
    counts: [1],
    build: ([pattern = '']) =>
      isAscii(pattern) ? withRegexp(pattern, (test) => on(host, test)) : notAscii(pattern, 'HostRegexp'),
  },
  Path: { counts: [1], build: ([wanted = '']) => rooted(wanted, () => on(path, (seen) => seen === wanted)) },
  PathPrefix: {
    counts: [1],
    build: ([prefix = '']) => rooted(prefix, () => on(path, (seen) => seen.startsWith(prefix))),
  },
  PathRegexp: { counts: [1], build: ([pattern = '']) => withRegexp(pattern, (test) => on(path, test)) },
  Header: {
    counts: [2],
    build: ([name = '', value]) =>
      onSome(
        (request) => request.headers.all(name.toLowerCase()),
        (seen) => seen === value,
      ),
  },
  HeaderRegexp: {
    counts: [2],
    build: ([name = '', pattern = '']) => {
      const lower = name.toLowerCase();
      return withRegexp(pattern, (test) => onSome((request) => request.headers.all(lower), test));
    },
  },
  Query: { counts: [1, 2], build: (args) => buildQuery(args) },
  QueryRegexp: {
    counts: [1, 2],
    build: (args) => (args.length === 1 ? buildQuery(args) : withRegexp(args[1]!, (test) => buildQuery(args, test))),
  },
};
