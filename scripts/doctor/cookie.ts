/** Cookies as a correct client keeps them (RFC 6265): no allowance is made for localhost. */
export type SetCookie = {
  readonly name: string;
  readonly value: string;
  readonly secure: boolean;
  readonly httpOnly: boolean;
  readonly sameSite: string | undefined;
  readonly path: string | undefined;
  readonly domain: string | undefined;
  readonly maxAge: number | undefined;
};

export type Place = { readonly secure: boolean; readonly hostname: string; readonly path: string };
type Withheld = 'secure' | 'path' | 'domain' | 'expired';

export const parseSetCookie = (line: string): SetCookie => {
  const [pair = '', ...rest] = line.split(';');
  const attributes = new Map(rest.map((part) => [nameOf(part).toLowerCase(), textOf(part)]));
  const maxAge = attributes.get('max-age');
  return {
    name: nameOf(pair),
    value: textOf(pair),
    secure: attributes.has('secure'),
    httpOnly: attributes.has('httponly'),
    sameSite: attributes.get('samesite')?.toLowerCase(),
    path: attributes.get('path'),
    domain: attributes.get('domain')?.toLowerCase().replace(/^\./, ''),
    maxAge: maxAge === undefined || !/^-?\d+$/.test(maxAge) ? undefined : Number(maxAge),
  };
};

const nameOf = (part: string): string => part.split('=', 1)[0]!.trim();
const textOf = (part: string): string => (part.includes('=') ? part.slice(part.indexOf('=') + 1).trim() : '');

/** Why a correct client would not send this cookie back; undefined: it would. */
export const withheld = (cookie: SetCookie, place: Place): Withheld | undefined => {
  if (cookie.maxAge !== undefined && cookie.maxAge <= 0) return 'expired';
  if (cookie.secure && !place.secure) return 'secure';
  if (cookie.domain && !isWithin(place.hostname, cookie.domain)) return 'domain';
  return cookie.path?.startsWith('/') && !covers(cookie.path, place.path) ? 'path' : undefined;
};

const isWithin = (hostname: string, domain: string): boolean => hostname === domain || hostname.endsWith(`.${domain}`);

/** Unlike a rule's PathPrefix, a cookie's path ends at a slash: /mcp does not cover /mcpfoo. */
const covers = (path: string, asked: string): boolean =>
  asked === path || (asked.startsWith(path) && (path.endsWith('/') || asked[path.length] === '/'));

/** The cookies of one client. */
export class Jar {
  readonly #kept = new Map<string, { readonly cookie: SetCookie; readonly from: string }>();

  take(lines: readonly string[], from: Place): void {
    for (const cookie of lines.map(parseSetCookie)) {
      const key = `${cookie.name};${cookie.path ?? ''};${cookie.domain ?? ''}`;
      const why = withheld(cookie, { ...from, path: cookie.path ?? from.path });
      if (why === undefined) this.#kept.set(key, { cookie, from: from.path });
      else if (why === 'expired') this.#kept.delete(key);
    }
  }

  /** The value of a Cookie header; empty: none. */
  give(place: Place): string {
    return [...this.#kept.values()]
      .filter(({ cookie }) => withheld(cookie, place) === undefined)
      .map(({ cookie: { name, value } }) => `${name}=${value}`)
      .join('; ');
  }
}

// Traefik's own values, and the default names of other balancers.
const OF_TRAEFIK = /^[0-9a-f]{16}$/;
const OF_A_BALANCER = /backend|sticky|route|affinity|upstream|server|^AWSALB|^lb|_lb/i;

/** The cookie that pins: one that looks like it, else the only one. An application may have cookies of its own. */
export const stickyAmong = (cookies: readonly SetCookie[], known?: string): SetCookie | undefined =>
  cookies.find(({ name }) => name === known) ??
  cookies.find(({ value }) => OF_TRAEFIK.test(value)) ??
  cookies.find(({ name }) => OF_A_BALANCER.test(name)) ??
  (cookies.length === 1 ? cookies[0] : undefined);
