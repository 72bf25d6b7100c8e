import { byteString } from '../../core/request/byte-string.ts';
import { parsePath, withLeadingSlash, writePath } from '../../core/request/url-path.ts';
import type { Built, ConfigOf } from './built.ts';

/** The prefix is plain text, not an escaped path: `%2F` in it is sent as `%252F`. */
export const addPrefix = ({ name, kind, at, ...config }: ConfigOf<'addPrefix'>): Built => {
  if (config.prefix === '') return { error: 'prefix cannot be empty' };
  const prefix = byteString(config.prefix);
  return {
    name,
    kind,
    at,
    request: ({ request }) => {
      const { decoded, raw } = parsePath(request.path);
      request.path = writePath({
        decoded: withLeadingSlash(prefix + decoded),
        raw: raw === '' ? '' : withLeadingSlash(prefix + raw),
      });
      return undefined;
    },
  };
};
