/**
 * A path as Go's net/url keeps it: decoded, and beside it as it was written when that is not how Go would write it.
 * Middlewares change both, and where the two no longer agree the decoded one counts.
 */
export type UrlPath = { readonly decoded: string; readonly raw: string };

/** `escaped` must have no broken escapes. */
export const parsePath = (escaped: string): UrlPath => {
  const decoded = decode(escaped);
  return { decoded, raw: encode(decoded) === escaped ? '' : escaped };
};

export const writePath = ({ decoded, raw }: UrlPath): string => {
  if (raw !== '' && VALID.test(raw) && brokenEscape(raw) === undefined && decode(raw) === decoded) return raw;
  return decoded === '*' ? decoded : encode(decoded);
};

export const decode = (escaped: string): string =>
  escaped.replace(ESCAPE, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

/** The first `%` that starts no escape, with what follows it, as Go quotes it in its error. */
export const brokenEscape = (escaped: string): string | undefined => BROKEN.exec(escaped)?.[0];

/** Whether Go's path.Clean leaves it alone, but for a last slash. */
export const isClean = (path: string): boolean => !UNCLEAN.test(path.startsWith('/') ? path : `/${path}`);

export const withLeadingSlash = (path: string): string => (path === '' || path.startsWith('/') ? path : `/${path}`);

const encode = (decoded: string): string =>
  decoded.replace(TO_ESCAPE, (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);

const ESCAPE = /%([0-9a-f]{2})/gi;
const BROKEN = /%(?![0-9a-f]{2}).{0,2}/is;
const UNCLEAN = /\/(?:\/|\.\.?(?:\/|$))/;
const TO_ESCAPE = /[^A-Za-z0-9\-_.~$&+,/:;=@]/g;
/** Characters that net/url accepts in a written path, though it would escape some of them itself. */
const VALID = /^[A-Za-z0-9\-_.~!$&'()*+,;=:@[\]%/]*$/;
