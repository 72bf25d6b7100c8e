import type { DynamicConfig } from '../core/model.ts';
import { HeaderList } from '../core/request/header-list.ts';
import { readCookie } from '../core/service/cookie-header.ts';
import { type CookieCause, likelyCauses } from './cookie-causes.ts';
import type { WrittenCookie } from './cookie-text.ts';
import {
  type CookieMatch,
  type CookieTarget,
  cookieTargets,
  decodeCookie,
  serversOutside,
  targetName,
} from './decode-cookie.ts';
import { nodeNamesOf } from './node-routes.ts';

export type DecodedCookie = WrittenCookie & {
  readonly matches: readonly CookieMatch[];
  /** Why it matches no server; empty when it does, or when no service has a cookie of its name. */
  readonly causes: readonly CookieCause[];
  /** Whether a service has a cookie of this name; always true for a bare value. */
  readonly known: boolean;
};

/** The targets of all cookies, and the servers without a cookie. */
export type Targets = {
  readonly targets: readonly CookieTarget[];
  readonly outside: readonly { readonly url: string; readonly service: string }[];
};

export const targetsOf = (config: DynamicConfig): Targets => {
  const names = nodeNamesOf(config);
  const targets = cookieTargets(config, (url) => names.get(url));
  return { targets, outside: serversOutside(config, targets) };
};

export const decodeCookies = (
  cookies: readonly WrittenCookie[],
  { targets, outside }: Targets,
): readonly DecodedCookie[] =>
  cookies.map(({ name, value }) => {
    const own = name === undefined ? targets : targets.filter(({ cookie }) => cookie === name);
    const read = asTheRouterReads(value);
    const matches = read === undefined ? [] : decodeCookie(read, own);
    const known = own.length > 0;
    const causes = matches.length > 0 || !known ? [] : causesOf(value, { own, targets, outside });
    return { name, value, matches, known, causes };
  });

const asTheRouterReads = (value: string): string | undefined =>
  readCookie(HeaderList.from([['cookie', `pin=${value}`]]), 'pin');

const causesOf = (
  value: string,
  { own, targets, outside }: Targets & { readonly own: readonly CookieTarget[] },
): readonly CookieCause[] => {
  const [other] = decodeCookie(value, targets);
  if (other === undefined) return likelyCauses(value, own, { outside });
  const { reader, cookie } = other.target;
  return [
    {
      message: `it is ${targetName(other.target)} of ${reader}, whose cookie is named ${cookie}`,
      remedy: `send it as ${cookie}; was the cookie renamed?`,
    },
  ];
};
