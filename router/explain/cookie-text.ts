/** One cookie of a text that somebody copied from somewhere. */
export type WrittenCookie = { readonly name: string | undefined; readonly value: string };

const SET_COOKIE_ATTRIBUTE = /^(path|domain|max-age|expires|samesite|httponly|secure|partitioned|priority)(=|$)/i;

/** A bare value, `name=value`, a Cookie header or a Set-Cookie line, with or without the header's name. */
export const readCookieText = (text: string): readonly WrittenCookie[] => {
  const pieces = text
    .replace(/^\s*(set-)?cookie\s*:/i, '')
    .split(';')
    .map((piece) => piece.trim())
    .filter((piece) => piece !== '');
  // What follows the first pair of a Set-Cookie line is no cookie.
  const [first, ...rest] = pieces;
  if (first === undefined) return [];
  return [first, ...rest.filter((piece) => !SET_COOKIE_ATTRIBUTE.test(piece))].map(readPair);
};

/** A URL, as the oldest cookies have it, holds a colon or a slash before any equals sign; a cookie's name does not. */
const readPair = (piece: string): WrittenCookie => {
  const equals = piece.indexOf('=');
  const name = piece.slice(0, Math.max(equals, 0)).trim();
  if (equals <= 0 || /[:/%"]/.test(name)) return { name: undefined, value: piece };
  return { name, value: piece.slice(equals + 1) };
};
