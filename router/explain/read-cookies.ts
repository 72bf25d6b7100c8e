import type { HeaderList } from '../core/request/header-list.ts';
import { readCookie } from '../core/service/cookie-header.ts';

export type CookieReading = {
  readonly name: string;
  /** As the router reads it; undefined: no valid one. */
  readonly value: string | undefined;
  /** Every value sent under this name, as written. */
  readonly values: readonly string[];
};

export const readCookies = (headers: HeaderList, name: string): CookieReading => ({
  name,
  value: readCookie(headers, name),
  values: headers
    .all('cookie')
    .flatMap((line) => line.split(';'))
    .map((piece) => piece.trim())
    .flatMap((piece) => (piece.startsWith(`${name}=`) ? [piece.slice(name.length + 1)] : [])),
});
