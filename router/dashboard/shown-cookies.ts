import type { DynamicConfig } from '../core/model.ts';
import type { CookieCause } from '../explain/cookie-causes.ts';
import { readCookieText } from '../explain/cookie-text.ts';
import { type CookieTarget, encodingText } from '../explain/decode-cookie.ts';
import { type DecodedCookie, decodeCookies, targetsOf } from '../explain/decode-cookies.ts';
import { placeText } from './picture.ts';

type ShownMeaning = {
  readonly reader: CookieTarget['reader'];
  readonly kind: CookieTarget['kind'];
  readonly cookie: string;
  /** The URL that it leads to, or the name of a weighted service's child. */
  readonly target: string;
  readonly encoding: string;
  readonly at: string;
};

export type ShownCookie = {
  readonly name: string | undefined;
  readonly value: string;
  readonly matches: readonly ShownMeaning[];
  /** Why it matches nothing. */
  readonly causes: readonly CookieCause[];
};

const MAX_COOKIES = 50;

/** Every cookie in a text, and what each stands for, for the page. */
export const shownCookies = (config: DynamicConfig, text: string): readonly ShownCookie[] =>
  decodeCookies(readCookieText(text).slice(0, MAX_COOKIES), targetsOf(config)).map(shown);

const shown = ({ name, value, matches, known, causes }: DecodedCookie): ShownCookie => ({
  name,
  value,
  causes: known ? causes : [NOT_STICKY],
  matches: matches.map(({ target, encoding }) => ({
    reader: target.reader,
    kind: target.kind,
    cookie: target.cookie,
    target: target.url ?? target.text,
    encoding: encodingText(encoding, target),
    at: placeText(target.at),
  })),
});

const NOT_STICKY: CookieCause = {
  message: 'no service of these files reads a cookie of this name',
  remedy: 'Traefik passes it on to the server',
};
