import { isIPv4 } from 'node:net';
import type { CookieConfig } from '../model.ts';

const SAME_SITE: Readonly<Record<string, string>> = { none: 'None', lax: 'Lax', strict: 'Strict' };
const MAX_DOMAIN_BYTES = 255;
const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i;

/** A Set-Cookie line without its value, with the order and rules of Go's http.Cookie. */
export const setCookieWriter = (name: string, cookie: CookieConfig): ((value: string) => string) => {
  const attributes = attributesOf(cookie).join('');
  return (value) => `${name}=${value}${attributes}`;
};

const attributesOf = ({ path, domain, maxAge, httpOnly, secure, sameSite }: CookieConfig): string[] => {
  const site = SAME_SITE[sameSite.toLowerCase()];
  return [
    path === '' ? '' : `; Path=${withoutInvalid(path)}`,
    isDomain(domain) ? `; Domain=${domain.replace(/^\./, '')}` : '',
    maxAge === 0 ? '' : `; Max-Age=${Math.max(maxAge, 0)}`,
    httpOnly ? '; HttpOnly' : '',
    secure ? '; Secure' : '',
    site === undefined ? '' : `; SameSite=${site}`,
  ];
};

/** Go drops bytes that are invalid in a path and keeps the rest. */
const withoutInvalid = (path: string): string => path.replace(/[^\x20-\x7e]|;/g, '');

/** Go omits an invalid domain: the cookie is then valid for this host only. */
const isDomain = (domain: string): boolean => {
  if (isIPv4(domain)) return true;
  if (domain.length > MAX_DOMAIN_BYTES || !/[a-z]/i.test(domain)) return false;
  const labels = domain.replace(/^\./, '').split('.');
  // A trailing dot is the root, not a label.
  if (labels.at(-1) === '') labels.pop();
  return labels.every((label) => LABEL.test(label));
};
