import type { Place } from '../../shared/source/place.ts';
import { cookieName } from '../../shared/traefik/cookie-name.ts';
import { cookieValue, legacyCookieValues } from '../../shared/traefik/cookie-value.ts';
import { pinTexts } from '../../shared/traefik/parts.ts';
import type { DynamicConfig } from '../core/model.ts';
import { onlyServerOf } from './node-routes.ts';

export type Encoding = 'sha256' | 'plain' | 'fnv1-64' | 'fnv1-64 twice';

/** The target of a sticky cookie: a server's URL, or the name of a weighted service's child. */
export type CookieTarget = {
  /** The service that sets the cookie, or the router that matches on it. */
  readonly reader: string;
  /** A router only matches requests of existing sessions, and sets no cookie. */
  readonly kind: 'service' | 'router';
  readonly cookie: string;
  readonly text: string;
  /** The server that it leads to; undefined: one of several. */
  readonly url: string | undefined;
  readonly node: string | undefined;
  readonly at: Place;
};

export type CookieMatch = { readonly target: CookieTarget; readonly encoding: Encoding };

const LEGACY: readonly Encoding[] = ['plain', 'fnv1-64', 'fnv1-64 twice'];

/** How the value is derived from a text, and who accepts it. */
export const encodingText = (encoding: Encoding, { text, kind }: Pick<CookieTarget, 'text' | 'kind'>): string => {
  const what = /^\w+:\/\//.test(text) ? 'its URL' : `the name ${text}`;
  return {
    sha256: `SHA-256 of ${what}, 16 hex digits: ${kind === 'service' ? 'what Traefik writes' : 'known to a route of sessions'}`,
    plain: `${what} as it stands: accepted, and rewritten`,
    'fnv1-64': `FNV-1 of ${what}, 64 bits in hex: accepted, and replaced`,
    'fnv1-64 twice': 'FNV-1 of that FNV-1: accepted, and replaced',
  }[encoding];
};

/** The node and the URL that a cookie leads to, if known. */
export const targetName = ({ text, url, node }: Pick<CookieTarget, 'text' | 'url' | 'node'>): string => {
  if (url === undefined) return text;
  return node === undefined ? url : `${node} (${url})`;
};

/**
 * Every text that a service hashes into its cookie, then those that routers match on. `nodeOf` names the node of a URL.
 */
export const cookieTargets = (
  config: DynamicConfig,
  nodeOf: (url: string) => string | undefined,
): readonly CookieTarget[] => {
  const ofServices = [...config.services.values()].flatMap((service): CookieTarget[] => {
    if (service.kind === 'failover' || service.sticky === undefined) return [];
    const cookie = cookieName(service.sticky.name, service.name);
    const target = (text: string, url: string | undefined, at: Place): CookieTarget => ({
      ...{ reader: service.name, kind: 'service', cookie, text, url, at },
      node: url === undefined ? undefined : nodeOf(url),
    });
    if (service.kind === 'loadBalancer') return service.servers.map(({ url, at }) => target(url, url, at));
    return service.services.map(({ name, written, at }) => target(written, onlyServerOf(config, name), at));
  });
  return [...ofServices, ...targetsOfRouters(config, ofServices, nodeOf)];
};

/**
 * Routes to one node that match on its cookie: they know it even while no pool has it, and also by the hash of its URL.
 */
const targetsOfRouters = (
  config: DynamicConfig,
  ofServices: readonly CookieTarget[],
  nodeOf: (url: string) => string | undefined,
): CookieTarget[] => {
  const names = [...new Set(ofServices.map(({ cookie }) => cookie))];
  return [...config.routers.values()].flatMap(({ name, rule, ruleAt: at, service }): CookieTarget[] => {
    const url = /Cookie/i.test(rule) ? onlyServerOf(config, service) : undefined;
    if (url === undefined) return [];
    const node = nodeOf(url);
    const cookie = names.find((one) => rule.includes(`${one}=`)) ?? names[0] ?? '';
    return pinTexts({ id: node ?? '', url })
      .filter((text) => rule.includes(cookieValue(text)))
      .map((text) => ({ reader: name, kind: 'router', cookie, text, url, node, at }));
  });
};

/** Servers that are in no pool with a cookie. */
export const serversOutside = (
  config: DynamicConfig,
  targets: readonly CookieTarget[],
): readonly { readonly url: string; readonly service: string }[] => {
  const inside = new Set(targets.flatMap(({ text, url }) => [text, url]));
  return [...config.services.values()].flatMap((service) =>
    service.kind !== 'loadBalancer'
      ? []
      : service.servers.flatMap(({ url }) => (inside.has(url) ? [] : [{ url, service: service.name }])),
  );
};

export const cookieForms = (text: string): readonly { readonly encoding: Encoding; readonly value: string }[] => {
  const legacy = legacyCookieValues(text);
  return [
    { encoding: 'sha256', value: cookieValue(text) },
    ...LEGACY.map((encoding, i) => ({ encoding, value: legacy[i]! })),
  ];
};

export const encodingOf = (text: string, value: string): Encoding | undefined =>
  cookieForms(text).find((form) => form.value === value)?.encoding;

/** A service comes before a router that accepts the same value. */
export const decodeCookie = (value: string, targets: readonly CookieTarget[]): readonly CookieMatch[] => {
  const matches = targets.flatMap((target) => {
    const encoding = encodingOf(target.text, value);
    return encoding === undefined ? [] : [{ target, encoding }];
  });
  const ofServices = matches.filter(({ target }) => target.kind === 'service');
  return ofServices.length > 0 ? ofServices : matches;
};
