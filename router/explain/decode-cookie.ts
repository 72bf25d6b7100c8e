import type { Place } from '../../shared/source/place.ts';
import { cookieName } from '../../shared/traefik/cookie-name.ts';
import { cookieValue, legacyCookieValues } from '../../shared/traefik/cookie-value.ts';
import type { DynamicConfig } from '../core/model.ts';

export type Encoding = 'sha256' | 'url' | 'fnv1-64' | 'fnv1-64 twice';

/** What a sticky cookie can stand for: a server's URL, or the name of a weighted service's child. */
export type CookieTarget = {
  readonly service: string;
  readonly cookie: string;
  readonly text: string;
  readonly node: string | undefined;
  readonly at: Place;
};

export type CookieMatch = { readonly target: CookieTarget; readonly encoding: Encoding };

const LEGACY: readonly Encoding[] = ['url', 'fnv1-64', 'fnv1-64 twice'];

export const ENCODING_WORDS: Readonly<Record<Encoding, string>> = {
  sha256: 'SHA-256 of its URL, 16 hex digits: what Traefik writes',
  url: 'its URL as it stands: accepted, and rewritten',
  'fnv1-64': 'FNV-1 of its URL, 64 bits in hex: accepted, and rewritten',
  'fnv1-64 twice': 'FNV-1 of that FNV-1: accepted, and rewritten',
};

/** Every text that a service hashes into its cookie. `nodeOf` names the node of a server's URL. */
export const cookieTargets = (
  config: DynamicConfig,
  nodeOf: (url: string) => string | undefined,
): readonly CookieTarget[] =>
  [...config.services.values()].flatMap((service): CookieTarget[] => {
    if (service.kind === 'failover' || service.sticky === undefined) return [];
    const common = { service: service.name, cookie: cookieName(service.sticky.name, service.name) };
    if (service.kind === 'weighted')
      return service.services.map(({ written, at }) => ({ ...common, text: written, node: undefined, at }));
    return service.servers.map(({ url, at }) => ({ ...common, text: url, node: nodeOf(url), at }));
  });

/** Servers that no service with a cookie has: those of nodes that drain, and of other services. */
export const serversOutside = (
  config: DynamicConfig,
  targets: readonly CookieTarget[],
): readonly { readonly url: string; readonly service: string }[] => {
  const inside = new Set(targets.map(({ text }) => text));
  return [...config.services.values()].flatMap((service) =>
    service.kind !== 'loadBalancer'
      ? []
      : service.servers.flatMap(({ url }) => (inside.has(url) ? [] : [{ url, service: service.name }])),
  );
};

/** All forms of one text, today's first. */
export const cookieForms = (text: string): readonly { readonly encoding: Encoding; readonly value: string }[] => {
  const legacy = legacyCookieValues(text);
  return [
    { encoding: 'sha256', value: cookieValue(text) },
    ...LEGACY.map((encoding, i) => ({ encoding, value: legacy[i]! })),
  ];
};

export const encodingOf = (text: string, value: string): Encoding | undefined =>
  cookieForms(text).find((form) => form.value === value)?.encoding;

export const decodeCookie = (value: string, targets: readonly CookieTarget[]): readonly CookieMatch[] =>
  targets.flatMap((target) => {
    const encoding = encodingOf(target.text, value);
    return encoding === undefined ? [] : [{ target, encoding }];
  });
