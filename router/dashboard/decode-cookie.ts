import { cookieName } from '../../shared/traefik/cookie-name.ts';
import { cookieValue, legacyCookieValues } from '../../shared/traefik/cookie-value.ts';
import type { DynamicConfig, ServiceConfig } from '../config/model.ts';
import { placeText } from './picture.ts';

export type CookieMatch = {
  readonly service: string;
  readonly cookie: string;
  /** A server's URL, or the name of a weighted service's child. */
  readonly target: string;
  readonly encoding: 'sha256' | 'url' | 'fnv1-64' | 'fnv1-64, twice';
  readonly at: string;
};

export type DecodedCookie = {
  readonly name: string | undefined;
  readonly value: string;
  readonly matches: readonly CookieMatch[];
};

const ENCODINGS = ['url', 'fnv1-64', 'fnv1-64, twice'] as const;

/** Every pair of a Cookie header, a `name=value`, or a bare value: what each stands for in the services with a cookie. */
export const decodeCookies = (config: DynamicConfig, text: string): readonly DecodedCookie[] => {
  const targets = [...config.services.values()].flatMap(targetsOf);
  return text
    .replace(/^(set-)?cookie:/i, '')
    .split(';')
    .map((piece) => piece.trim())
    .filter((piece) => piece !== '')
    .slice(0, MOST_PIECES)
    .map((piece) => {
      const { name, value } = pairOf(piece);
      return { name, value, matches: targets.flatMap((target) => matchOf(target, name, value)) };
    });
};

const MOST_PIECES = 50;

type Target = Omit<CookieMatch, 'encoding'>;

const targetsOf = (service: ServiceConfig): Target[] => {
  if (service.kind === 'failover' || service.sticky === undefined) return [];
  const common = { service: service.name, cookie: cookieName(service.sticky.name, service.name) };
  return service.kind === 'loadBalancer'
    ? service.servers.map(({ url, at }) => ({ ...common, target: url, at: placeText(at) }))
    : service.services.map(({ written, at }) => ({ ...common, target: written, at: placeText(at) }));
};

/** A URL as a value has a colon before any equals sign that it may have, and no cookie's name has one. */
const pairOf = (piece: string): { name: string | undefined; value: string } => {
  const equals = piece.indexOf('=');
  const name = piece.slice(0, Math.max(equals, 0)).trim();
  if (equals <= 0 || /[:/]/.test(name)) return { name: undefined, value: unquoted(piece) };
  return { name, value: unquoted(piece.slice(equals + 1).trim()) };
};

const unquoted = (value: string): string => (/^".*"$/.test(value) && value.length > 1 ? value.slice(1, -1) : value);

const matchOf = (target: Target, name: string | undefined, value: string): CookieMatch[] => {
  if (name !== undefined && name !== target.cookie) return [];
  if (value === cookieValue(target.target)) return [{ ...target, encoding: 'sha256' }];
  const legacy = legacyCookieValues(target.target).indexOf(value);
  return legacy < 0 ? [] : [{ ...target, encoding: ENCODINGS[legacy]! }];
};
