import { cookieValue } from '../../shared/traefik/cookie-value.ts';
import { declaredName, writtenName } from '../../shared/traefik/qualified-name.ts';
import { type CookieTarget, decodeCookie, encodingOf } from './decode-cookie.ts';

/** One likely reason why a cookie value matches no server, and what to do about it. */
export type CookieCause = {
  readonly message: string;
  readonly remedy: string;
  /** The server that was probably meant. */
  readonly server?: string;
};

/** `outside`: servers of other services than those with a cookie. */
export type Around = { readonly outside?: readonly { readonly url: string; readonly service: string }[] };

/** Most certain first; never empty. */
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
  message: `it is ${url}, which is in ${service}, and in no service with a cookie: that node is draining, or was taken out`,
  remedy: 'its sessions are still routed by id; a client without a session gets another node and a new cookie',
  server: url,
});

const EMPTY: CookieCause = {
  message: 'the value is empty',
  remedy: 'the client lost it, or a proxy in front removes it: check what the client stores',
};

const FOREIGN_HASH: readonly CookieCause[] = [
  {
    message: 'it looks like a Traefik cookie, but matches no name and no URL in these files',
    remedy:
      'was a node removed or renamed, or a URL spelled differently? Then its clients get another node once, and a new cookie',
  },
  {
    message: 'it comes from another environment, or from another service with a cookie of the same name',
    remedy: 'decode it with the files of that environment; give each service its own cookie name',
  },
];

const NO_VALUE_OF_TRAEFIK: readonly CookieCause[] = [
  {
    message: 'no version of Traefik sets such a value: it is 16 hex digits',
    remedy: 'another program uses this cookie name; choose another one under sticky.cookie.name',
  },
];

const SPELLINGS: readonly { readonly undo: (value: string) => string; readonly cause: CookieCause }[] = [
  {
    undo: (value) => percentDecoded(value),
    cause: {
      message: 'it is percent-encoded',
      remedy: 'send the value exactly as it was set: Traefik does not decode cookies',
    },
  },
  {
    undo: (value) => value.toLowerCase(),
    cause: { message: 'it is in upper case', remedy: 'send the value exactly as it was set: it is case-sensitive' },
  },
  {
    undo: (value) => withoutQuotes(value.trim()),
    cause: { message: 'it is quoted or has spaces around it', remedy: 'send the value exactly as it was set' },
  },
];

const spelledOtherwise = (value: string, targets: readonly CookieTarget[]): CookieCause[] =>
  SPELLINGS.flatMap(({ undo, cause }) => {
    const meant = undo(value);
    const match = meant === value ? undefined : decodeCookie(meant, targets)[0];
    return match === undefined ? [] : [{ ...cause, message: `${cause.message}; decoded, it is ${match.target.text}` }];
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
  // A router may accept the same value as a service.
  [...new Map(targets.toReversed().map((target) => [target.text, target])).values()].flatMap(({ text, reader }) =>
    spellingsOf(text).flatMap((spelling) =>
      encodingOf(spelling, value) === undefined
        ? []
        : [
            {
              message: `it belongs to ${spelling}, but ${reader} now has ${text}: the spelling changed`,
              remedy: `restore exactly ${spelling}, and its clients stay pinned; otherwise each of them moves once`,
            },
          ],
    ),
  );

/** Earlier spellings of the same server or child. */
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
  const what = value.length < cookieValue(near.text).length ? 'its end is missing' : 'it is too long';
  return [{ message: `it starts like the value of ${near.text}, but ${what}`, remedy: 'send the complete value' }];
};
