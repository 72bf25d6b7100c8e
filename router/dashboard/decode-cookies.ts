import type { DynamicConfig } from '../core/model.ts';
import { type CookieCause, likelyCauses } from '../explain/cookie-causes.ts';
import { cookieTargets, decodeCookie, ENCODING_WORDS } from '../explain/decode-cookie.ts';
import { placeText } from './picture.ts';

export type CookieMeaning = {
  readonly service: string;
  readonly cookie: string;
  /** A server's URL, or the name of a weighted service's child. */
  readonly target: string;
  readonly encoding: string;
  readonly at: string;
};

export type DecodedCookie = {
  readonly name: string | undefined;
  readonly value: string;
  readonly matches: readonly CookieMeaning[];
  /** Why it may match nothing. */
  readonly causes: readonly CookieCause[];
  /** Servers it is the hash of although no service reads it so: a node that drains is in no pool. */
  readonly outside: readonly string[];
};

const MAX_PIECES = 50;

/** Every pair of a Cookie header, a `name=value`, or a bare value: what each stands for. */
export const decodeCookies = (config: DynamicConfig, text: string): readonly DecodedCookie[] => {
  const targets = cookieTargets(config, () => undefined);
  const pieces = text
    .replace(/^\s*(set-)?cookie:/i, '')
    .split(';')
    .map((piece) => piece.trim())
    .filter((piece) => piece !== '');
  return pieces.slice(0, MAX_PIECES).map((piece) => {
    const { name, value } = pairOf(piece);
    const own = name === undefined ? targets : targets.filter(({ cookie }) => cookie === name);
    const matches = decodeCookie(value, own).map(({ target, encoding }) => ({
      service: target.service,
      cookie: target.cookie,
      target: target.text,
      encoding: ENCODING_WORDS[encoding],
      at: placeText(target.at),
    }));
    const outside = matches.length > 0 || own.length === 0 ? [] : outsideOf(config, value);
    return { name, value, matches, outside, causes: matches.length + outside.length > 0 ? [] : causesOf(value, own) };
  });
};

const causesOf = (value: string, targets: Parameters<typeof likelyCauses>[1]): readonly CookieCause[] =>
  targets.length > 0
    ? likelyCauses(value, targets)
    : [
        {
          message: 'no service of these files reads a cookie of this name',
          remedy: 'Traefik passes it on to the server',
        },
      ];

const outsideOf = (config: DynamicConfig, value: string): readonly string[] => {
  const urls = [...config.services.values()].flatMap((service) =>
    service.kind === 'loadBalancer' ? service.servers : [],
  );
  const targets = [...new Set(urls.map(({ url }) => url))].map((text) => ({ ...NOWHERE, text }));
  return decodeCookie(value, targets).map(({ target }) => target.text);
};

const NOWHERE = { service: '', cookie: '', node: undefined, at: { file: '', line: 0, column: 0 } };

/** A URL as a value has a colon before any equals sign that it may have, and no cookie's name has one. */
const pairOf = (piece: string): { name: string | undefined; value: string } => {
  const equals = piece.indexOf('=');
  const name = piece.slice(0, Math.max(equals, 0)).trim();
  if (equals <= 0 || /[:/]/.test(name)) return { name: undefined, value: piece };
  return { name, value: piece.slice(equals + 1).trim() };
};
