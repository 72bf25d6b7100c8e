import type { Reply } from '../../core/middleware.ts';
import type { HeaderList } from '../../core/request/header-list.ts';
import { compileRegexp } from '../../core/rule/regexp.ts';
import type { AuthAnswer } from './auth-service.ts';
import { type ConfigOf, type Failed, isFailed } from './built.ts';
import { HOP_BY_HOP, isFraming } from './framing.ts';
import { plainReply } from './reply.ts';

/** Copies the auth service's headers into the request, replacing those of the client. */
export type TakeOver = (answer: HeaderList, request: HeaderList) => void;

export const compileTakeOver = (config: ConfigOf<'forwardAuth'>): TakeOver | Failed => {
  const pattern = config.authResponseHeadersRegex;
  const regexp = pattern === '' ? undefined : compileRegexp(pattern);
  if (regexp !== undefined && isFailed(regexp))
    return { error: `error compiling regular expression ${pattern}: ${regexp.error}` };
  const listed = new Set(config.authResponseHeaders.map((name) => name.toLowerCase()));
  const taken = (name: string): boolean =>
    !isFraming(name) && (listed.has(name) || regexp?.test(canonical(name)) === true);
  return (answer, request) => {
    request.deleteAll(new Set([...request].map(([name]) => name).filter(taken)));
    for (const [name, value] of answer) if (taken(name)) request.add(name, value);
  };
};

/** Patterns are matched against names in Go's spelling. */
const canonical = (name: string): string => name.replace(/(^|-)[a-z]/g, (start) => start.toUpperCase());

/** Any other status than 2xx goes to the client unchanged. */
export const relayed = (answer: AuthAnswer, from: { address: URL; preserveLocationHeader: boolean }): Reply => {
  const headers = answer.headers.clone();
  for (const name of HOP_BY_HOP) headers.delete(name);
  const location = headers.get('location');
  if (location) {
    if (!URL.canParse(location, from.address.href)) return plainReply(500, '');
    headers.set('location', from.preserveLocationHeader ? location : absolute(location, from.address));
  }
  return { status: answer.status, headers, body: answer.body };
};

/** A relative Location is resolved against the auth service's address, not the client's. */
const absolute = (location: string, address: URL): string =>
  /^[a-z][a-z0-9+.-]*:/i.test(location) && !DOT_SEGMENT.test(location) ? location : new URL(location, address).href;

const DOT_SEGMENT = /^[^?#]*\/\.\.?(?:[/?#]|$)/;
