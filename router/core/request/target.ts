import { isIPv6 } from 'node:net';
import { brokenEscape, markBytes, parsePath, undoEscapes, writePath } from './url-path.ts';

/** A request target after Go's parsing and Traefik's path cleaning, or the error for the client. */
export type Target =
  | {
      readonly path: string;
      readonly routingPath: string;
      readonly query: string | undefined;
      readonly authority: string | undefined;
    }
  | { readonly refused: string };

/** Node gives one character for each byte; everything here works on bytes in that form. */
export const parseTarget = (raw: string): Target => {
  if (raw.startsWith('/') && isPlain(raw))
    return { path: raw, routingPath: raw, query: undefined, authority: undefined };
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused
  if (/[\x00-\x20\x7f]/.test(raw)) return { refused: '400 Bad Request' };
  const absolute = /^[a-z][a-z0-9+.-]*:\/\/([^/?]*)/i.exec(raw);
  const authority = hostOf(absolute?.[1] ?? '');
  if (authority === undefined) return { refused: '400 Bad Request' };
  const rest = absolute ? raw.slice(absolute[0].length) : raw;
  if (rest === '*') return { path: '*', routingPath: '*', query: undefined, authority: undefined };
  if (!absolute && !rest.startsWith('/')) return { refused: '400 Bad Request' };
  const cut = rest.indexOf('?');
  const written = cut < 0 ? rest : rest.slice(0, cut);
  const query = cut < 0 ? undefined : rest.slice(cut + 1).replaceAll(';', '&');
  if (brokenEscape(written) !== undefined) return { refused: '400 Bad Request' };
  if (written.includes('#')) return { refused: '' };
  const path = clean(normalize(written));
  return { path, routingPath: routingPathOf(path), query, authority: authority || undefined };
};

/** The host after a user name; escapes are refused, and so is a port that is not a number. */
const hostOf = (authority: string): string | undefined => {
  const at = authority.lastIndexOf('@') + 1;
  const [user, host] = [authority.slice(0, at), authority.slice(at)];
  if (/[[\]]/.test(user) || brokenEscape(user) !== undefined || !HOST.test(host)) return undefined;
  return host.startsWith('[') && !isIPv6(host.slice(1, host.indexOf(']'))) ? undefined : host;
};

const HOST = /^(?:\[[^\]%]*\]|[^[:%]*)(?::\d*)?$/;

/**
 * Most targets are already clean: no query, escape, dot segment or double slash. A loop costs half as much as a regular
 * expression here, and its worst case is easy to see.
 */
const isPlain = (raw: string): boolean => {
  let before = SLASH;
  for (let i = 1; i < raw.length; i++) {
    const code = raw.charCodeAt(i);
    if (PLAIN[code] !== 1 || (before === SLASH && (code === SLASH || code === DOT))) return false;
    before = code;
  }
  return true;
};

const SLASH = 0x2f;
const DOT = 0x2e;
const PLAIN = markBytes((character) => /[A-Za-z0-9._~/-]/.test(character));

/** Decodes escapes of unreserved characters, writes the others in capitals, and escapes what Go would escape. */
const normalize = (written: string): string => {
  const { decoded, raw } = parsePath(written);
  return writePath({ decoded, raw: undoEscapes(raw, UNRESERVED) });
};

const UNRESERVED = markBytes((character) => /[A-Za-z0-9._~-]/.test(character));

/** Go's URL.JoinPath: resolves `//`, `.` and `..`, keeps a trailing slash. */
const clean = (path: string): string => {
  const kept: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') kept.pop();
    else if (segment !== '' && segment !== '.') kept.push(segment);
  }
  const joined = `/${kept.join('/')}`;
  return writePath(parsePath(path.endsWith('/') && joined !== '/' ? `${joined}/` : joined));
};

/** Decoded, except for reserved characters, so that rules can be written in readable form. */
const routingPathOf = (path: string): string => {
  if (!path.includes('%')) return path;
  return Buffer.from(undoEscapes(path, NOT_RESERVED), 'latin1').toString('utf8');
};

const NOT_RESERVED = markBytes((character) => !":/?#[]@!$&'()*+,;=%".includes(character));
