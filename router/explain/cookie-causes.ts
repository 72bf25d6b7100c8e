import { cookieValue } from '../../shared/traefik/cookie-value.ts';
import { declaredName, writtenName } from '../../shared/traefik/qualified-name.ts';
import { type CookieTarget, decodeCookie, encodingOf } from './decode-cookie.ts';

/** One likely reason why a cookie's value stands for no server, and what to do about it. */
export type CookieCause = {
  readonly message: string;
  readonly remedy: string;
  /** The server that it stands for all the same. */
  readonly server?: string;
};

/** `outside`: servers of other services than those with a cookie. */
export type Around = { readonly outside?: readonly { readonly url: string; readonly service: string }[] };

/** The surest first; never empty. */
export const likelyCauses = (
  value: string,
  targets: readonly CookieTarget[],
  { outside = [] }: Around = {},
): readonly CookieCause[] => {
  const sure = [
    ...(value === '' ? [EMPTY] : []),
    ...outside
      .filter(({ url }) => encodingOf(url, value) !== undefined)
      .slice(0, 1)
      .map(ofOutside),
    ...spelledOtherwise(value, targets),
    ...urlWrittenOtherwise(value, targets),
    ...cutShort(value, targets),
  ];
  if (sure.length > 0) return sure;
  return HASH.test(value) ? FOREIGN_HASH : NO_VALUE_OF_TRAEFIK;
};

/** The older ones lose their leading zeros. */
const HASH = /^[0-9a-f]{13,16}$/;

const ofOutside = ({ url, service }: { readonly url: string; readonly service: string }): CookieCause => ({
  message: `it is ${url}, which is in ${service}, and in no service with a cookie: that node drains, or has left the pool`,
  remedy: 'its sessions are reached by their ids; a client without one gets another node, and a new cookie',
  server: url,
});

const EMPTY: CookieCause = {
  message: 'the value is empty',
  remedy: 'the client lost it, or a proxy in front takes it away: look at what the client stores',
};

const FOREIGN_HASH: readonly CookieCause[] = [
  {
    message: 'it has the form of a Traefik cookie, but is the hash of no name and no URL in these files',
    remedy:
      'was a node removed or renamed, or the text of a URL changed? Then its clients get another node once, and a new cookie',
  },
  {
    message: 'it comes from another environment, or from another service with a cookie of the same name',
    remedy: 'decode it with the files of that environment; give each service a cookie name of its own',
  },
];

const NO_VALUE_OF_TRAEFIK: readonly CookieCause[] = [
  {
    message: 'no version of Traefik writes such a value: it is 16 hex digits',
    remedy: 'another program has a cookie of this name; choose another name under sticky.cookie.name',
  },
];

const SPELLINGS: readonly { readonly undo: (value: string) => string; readonly cause: CookieCause }[] = [
  {
    undo: (value) => percentDecoded(value),
    cause: {
      message: 'it is percent-encoded',
      remedy: 'send the value as it was set: cookies are not encoded, and Traefik does not decode them',
    },
  },
  {
    undo: (value) => value.toLowerCase(),
    cause: { message: 'it is in capitals', remedy: 'send the value as it was set: it is compared letter by letter' },
  },
  {
    undo: (value) => withoutQuotes(value.trim()),
    cause: { message: 'it is in quotes or between blanks', remedy: 'send the value bare, as it was set' },
  },
];

const spelledOtherwise = (value: string, targets: readonly CookieTarget[]): CookieCause[] =>
  SPELLINGS.flatMap(({ undo, cause }) => {
    const meant = undo(value);
    const match = meant === value ? undefined : decodeCookie(meant, targets)[0];
    return match === undefined ? [] : [{ ...cause, message: `${cause.message}; undone, it is ${match.target.text}` }];
  });

const withoutQuotes = (text: string): string => {
  let from = 0;
  let to = text.length;
  while (from < to && isQuote(text[from])) from++;
  while (to > from && isQuote(text[to - 1])) to--;
  return text.slice(from, to);
};

const isQuote = (character: string | undefined): boolean => character === '"' || character === "'";

const percentDecoded = (value: string): string => {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
};

const urlWrittenOtherwise = (value: string, targets: readonly CookieTarget[]): CookieCause[] =>
  // A router may know what a service knows.
  [...new Map(targets.toReversed().map((target) => [target.text, target])).values()].flatMap(({ text, reader }) =>
    spellingsOf(text).flatMap((spelling) =>
      encodingOf(spelling, value) === undefined
        ? []
        : [
            {
              message: `it stands for ${spelling}, and ${reader} now has ${text}: the text was changed`,
              remedy: `write ${spelling} again, to the letter, and its clients are pinned as before; else each gets another node once`,
            },
          ],
    ),
  );

/** How the same server, or the same child, might have been written before. */
const spellingsOf = (text: string): readonly string[] => {
  if (!URL.canParse(text)) return [text.endsWith('@file') ? writtenName(text) : declaredName(text)];
  const { protocol, hostname, port, pathname } = new URL(text);
  const ports = new Set([port === '' ? '' : `:${port}`, port === '' ? DEFAULT_PORT[protocol] : '', ':8080', ':80']);
  const hosts = new Set([hostname, ...LOOPBACK.filter(() => LOOPBACK.includes(hostname))]);
  const paths = new Set(['', '/', pathname, pathname.replace(/\/$/, ''), `${pathname}/`, '/mcp']);
  const all = ['http:', 'https:', 'h2c:'].flatMap((scheme) =>
    [...hosts].flatMap((host) =>
      [...ports].flatMap((end) => [...paths].map((path) => `${scheme}//${host}${end ?? ''}${path}`)),
    ),
  );
  return [...new Set(all)].filter((one) => one !== text);
};

const DEFAULT_PORT: Readonly<Record<string, string>> = { 'http:': ':80', 'https:': ':443' };
const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];
const ENOUGH = 6;

const cutShort = (value: string, targets: readonly CookieTarget[]): CookieCause[] => {
  if (value.length < ENOUGH) return [];
  const near = targets.find(({ text }) => {
    const whole = cookieValue(text);
    return whole.startsWith(value) || value.startsWith(whole);
  });
  if (near === undefined) return [];
  const what = value.length < cookieValue(near.text).length ? 'its end is missing' : 'something follows it';
  return [{ message: `it begins like the value of ${near.text}, but ${what}`, remedy: 'send the value whole' }];
};
