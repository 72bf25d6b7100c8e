import { type CookieCause, likelyCauses } from '../../router/explain/cookie-causes.ts';
import {
  type CookieMatch,
  type CookieTarget,
  cookieForms,
  decodeCookie,
  type Encoding,
} from '../../router/explain/decode-cookie.ts';
import type { WrittenCookie } from './cookie-text.ts';

export type DecodedCookie = WrittenCookie & {
  readonly matches: readonly CookieMatch[];
  /** Why it stands for nobody; empty when it does, or when no service has a cookie of its name. */
  readonly causes: readonly CookieCause[];
  /** Whether a service has a cookie of this name; a bare value may be anybody's. */
  readonly known: boolean;
};

/** What a cookie may stand for, and the servers that none stands for. */
export type Targets = {
  readonly targets: readonly CookieTarget[];
  readonly outside: readonly { readonly url: string; readonly service: string }[];
};

export const decodeText = (
  cookies: readonly WrittenCookie[],
  { targets, outside }: Targets,
): readonly DecodedCookie[] =>
  cookies.map(({ name, value }) => {
    const own = name === undefined ? targets : targets.filter(({ cookie }) => cookie === name);
    // Traefik takes one pair of quotes off.
    const read = /^".+"$/.test(value) ? value.slice(1, -1) : value;
    const matches = decodeCookie(read, own);
    const known = own.length > 0;
    return {
      name,
      value,
      matches,
      known,
      causes: matches.length > 0 || !known ? [] : causesOf(value, { own, targets, outside }),
    };
  });

const causesOf = (
  value: string,
  { own, targets, outside }: Targets & { readonly own: readonly CookieTarget[] },
): readonly CookieCause[] => {
  const [other] = decodeCookie(value, targets);
  if (other === undefined) return likelyCauses(value, own, { outside });
  const { service, cookie, text } = other.target;
  return [
    {
      message: `it is ${text} of the service ${service}, whose cookie is called ${cookie}`,
      remedy: `send it as ${cookie}; was the cookie renamed?`,
    },
  ];
};

export type NodeForms = {
  readonly text: string;
  readonly node: string | undefined;
  readonly forms: readonly { readonly encoding: Encoding; readonly value: string }[];
  /** The services that have this server, and the names of their cookies. */
  readonly services: readonly CookieTarget[];
  /** The servers there are, where this is none of them. */
  readonly known: readonly CookieTarget[];
};

/** undefined: the text is a cookie, and neither a URL nor the id of a node. */
export const formsOf = (text: string, targets: readonly CookieTarget[]): NodeForms | undefined => {
  const url = targets.find(({ node }) => node === text)?.text ?? text;
  if (!/^(https?|h2c):\/\/[^\s;]+$/.test(url)) return undefined;
  const services = targets.filter((target) => target.text === url);
  return {
    text: url,
    node: services[0]?.node,
    forms: cookieForms(url),
    services,
    known: services.length > 0 ? [] : targets,
  };
};
