import { timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

export type Asked = {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
};

export type Refusal = { readonly status: 403 | 405; readonly why: string };

type Rules = { readonly hosts: ReadonlySet<string>; readonly token: string };

const TOKEN_HEADER = 'x-mooring-token';

/**
 * Who may ask at all. A page of another site can send its visitor's browser here: by a name that it makes resolve to
 * this address (its Host is not ours), or with a request across origins (its Origin is not ours). No cookie is used:
 * browsers would send it to every other port of this machine too.
 */
export const refusalOf = ({ method, headers }: Asked, { hosts, token }: Rules): Refusal | undefined => {
  const host = headers.host ?? '';
  if (!hosts.has(host)) return refused(`this page is asked for as ${[...hosts].join(' or ')}, not as ${clean(host)}`);
  const { origin } = headers;
  if (origin !== undefined && origin !== `http://${host}`)
    return refused(`requests from ${clean(origin)} are not taken`);
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none')
    return refused('requests from another site are not taken');
  if (method === 'GET') return undefined;
  if (method !== 'POST') return { status: 405, why: `there is no ${clean(method)} here, only GET and POST` };
  const given = headers[TOKEN_HEADER];
  if (typeof given !== 'string' || !isSame(given, token))
    return refused(`POST needs the page's own token in ${TOKEN_HEADER}; reload the page if the router was restarted`);
  return undefined;
};

const refused = (why: string): Refusal => ({ status: 403, why });
const clean = (text: string): string => JSON.stringify(text.slice(0, 100));

const isSame = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a, 'latin1'), Buffer.from(b, 'latin1'));
