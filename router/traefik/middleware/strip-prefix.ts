import type { Middleware } from '../../core/middleware.ts';
import { byteString } from '../../core/request/byte-string.ts';
import { isClean, parsePath, type UrlPath, withLeadingSlash, writePath } from '../../core/request/url-path.ts';
import type { ConfigOf } from './built.ts';
import { errorReply } from './reply.ts';

/** The first matching prefix wins, not the longest. It is compared with the decoded path, `%2F` included. */
export const stripPrefix = ({ name, kind, at, ...config }: ConfigOf<'stripPrefix'>): Middleware => {
  const prefixes = config.prefixes.map((prefix) => byteString(prefix.trim()));
  return {
    name,
    kind,
    at,
    request: ({ request }) => {
      const path = parsePath(request.path);
      const prefix = prefixes.find((candidate) => path.decoded.startsWith(candidate));
      if (prefix === undefined) return undefined;
      const rest = writePath(without(prefix, path, config.forceSlash));
      // Without this, `/a../admin` minus `/a` would escape the prefix.
      if (!isClean(rest)) return errorReply(400, 'Bad Request');
      request.path = rest;
      request.headers.add('x-forwarded-prefix', prefix);
      return undefined;
    },
  };
};

const without = (prefix: string, { decoded, raw }: UrlPath, forceSlash: boolean): UrlPath => {
  const start = forceSlash ? oneSlash : withLeadingSlash;
  return {
    decoded: start(decoded.slice(prefix.length)),
    raw: raw === '' ? '' : start(raw.slice(writtenLength(raw, prefix.length))),
  };
};

const oneSlash = (path: string): string => `/${path.replace(/^\//, '')}`;

/** How many characters of `raw` stand for its first `bytes` bytes. */
const writtenLength = (raw: string, bytes: number): number => {
  let at = 0;
  for (let i = 0; i < bytes && at < raw.length; i++) at += raw[at] === '%' ? 3 : 1;
  return at;
};
