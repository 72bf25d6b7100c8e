import { byteString } from '../../core/request/byte-string.ts';
import { brokenEscape, decode, isClean, writePath } from '../../core/request/url-path.ts';
import { compileRegexp } from '../../core/rule/regexp.ts';
import type { Built, ConfigOf } from './built.ts';
import { isFailed } from './built.ts';
import { parseReplacement, replaceAll } from './replacement.ts';
import { errorReply } from './reply.ts';

/** The pattern is matched against the escaped path, without the query. */
export const replacePathRegex = ({ name, kind, at, ...config }: ConfigOf<'replacePathRegex'>): Built => {
  const regexp = compileRegexp(config.regex.trim());
  if (isFailed(regexp)) return { error: `error compiling regular expression ${config.regex}: ${regexp.error}` };
  const replacement = parseReplacement(byteString(config.replacement.trim()));
  return {
    name,
    kind,
    at,
    request: ({ request }) => {
      if (!regexp.test(request.path)) return undefined;
      request.headers.add('x-replaced-path', request.path);
      const raw = replaceAll(request.path, regexp, replacement);
      const broken = brokenEscape(raw);
      if (broken !== undefined) return errorReply(500, `invalid URL escape ${JSON.stringify(broken)}`);
      const path = writePath({ decoded: decode(raw), raw });
      if (!isClean(path)) return errorReply(400, 'Bad Request');
      request.path = path;
      return undefined;
    },
  };
};
