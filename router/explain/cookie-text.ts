/** One cookie from a pasted text. */
export type WrittenCookie = { readonly name: string | undefined; readonly value: string };

const SET_COOKIE_ATTRIBUTE = /^(path|domain|max-age|expires|samesite|httponly|secure|partitioned|priority)(=|$)/i;

/** A bare value, `name=value`, a Cookie header or a Set-Cookie line, with or without the header's name. */
export const readCookieText = (text: string): readonly WrittenCookie[] => {
  const pieces = text
    .replace(/^\s*(set-)?cookie\s*:/i, '')
    .split(';')
    .map((piece) => piece.trim())
    .filter((piece) => piece !== '');
  // In a Set-Cookie line only the first pair is the cookie.
  const [first, ...rest] = pieces;
  if (first === undefined) return [];
  return [first, ...rest.filter((piece) => !SET_COOKIE_ATTRIBUTE.test(piece))].map(readPair);
};

/** The oldest cookies hold a URL, with a colon or slash before any equals sign; a cookie name has neither. */
const readPair = (piece: string): WrittenCookie => {
  const equals = piece.indexOf('=');
  const name = piece.slice(0, Math.max(equals, 0)).trim();
  if (equals <= 0 || /[:/%"]/.test(name)) return { name: undefined, value: piece };
  return { name, value: piece.slice(equals + 1) };
};
