import type { IncomingHttpHeaders } from 'node:http';
import { hasTicket, isSame, type Key } from './key.ts';

export type Asked = {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
};

export type Admission =
  | { readonly kind: 'refused'; readonly status: 403 | 405; readonly why: string }
  /** The caller did not open the dashboard by the printed URL. */
  | { readonly kind: 'locked' }
  | { readonly kind: 'entering' }
  /** `path`: below the base. */
  | { readonly kind: 'inside'; readonly path: string };

export type Rules = { readonly hosts: ReadonlySet<string>; readonly key: Key };

const TOKEN_HEADER = 'x-mooring-token';

/**
 * Who may send requests. Another user of this machine has no key. A page of another site can make its visitor's browser
 * send requests here: by a name that resolves to this address (its Host is not ours), or across origins (its Origin is
 * not ours).
 */
export const admit = (asked: Asked, { hosts, key }: Rules): Admission => {
  const { method, url, headers } = asked;
  const host = headers.host ?? '';
  if (!hosts.has(host)) return refused(`this page is served as ${[...hosts].join(' or ')}, not as ${clean(host)}`);
  // From any origin: a file that opens the page, a link in a mail. Whoever has the secret needs no browser.
  if (method === 'GET' && url.pathname === '/' && isSame(url.searchParams.get('secret') ?? '', key.secret))
    return { kind: 'entering' };
  const strange = crossOrigin(host, headers);
  if (strange !== undefined) return refused(strange);
  if (!url.pathname.startsWith(key.base) || !hasTicket(headers.cookie ?? '', key)) return { kind: 'locked' };
  const inside = { kind: 'inside', path: url.pathname.slice(key.base.length) } as const;
  if (method === 'GET') return inside;
  if (method !== 'POST')
    return { ...refused(`method ${clean(method)} is not supported, only GET and POST`), status: 405 };
  const given = headers[TOKEN_HEADER];
  return typeof given === 'string' && isSame(given, key.token)
    ? inside
    : refused(`POST needs the page's token in ${TOKEN_HEADER}`);
};

const crossOrigin = (host: string, { origin, ...headers }: IncomingHttpHeaders): string | undefined => {
  if (origin !== undefined && origin !== `http://${host}`) return `requests from ${clean(origin)} are refused`;
  const site = headers['sec-fetch-site'];
  return site === undefined || site === 'same-origin' || site === 'none'
    ? undefined
    : 'requests from another site are refused';
};

const refused = (why: string) => ({ kind: 'refused', status: 403, why }) as const;
const clean = (text: string): string => JSON.stringify(text.slice(0, 100));
