import type { Reply } from '../../core/middleware.ts';
import type { HeadersConfig } from '../../core/model.ts';
import { byteString } from '../../core/request/byte-string.ts';
import { HeaderList } from '../../core/request/header-list.ts';
import type { Request } from '../../core/request/request.ts';
import { compileRegexp, type Regexp } from '../../core/rule/regexp.ts';
import { type Failed, isFailed } from './built.ts';

export type Cors = {
  readonly configured: boolean;
  /** Answers a preflight, which is then not forwarded. */
  preflight(request: Request): Reply | undefined;
  /** Sets the CORS headers of a response. The server's own are replaced, never merged. */
  respond(request: Request, headers: HeaderList): void;
};

export const compileCors = (config: HeadersConfig): Cors | Failed => {
  const allowed = compileOrigins(config);
  if (isFailed(allowed)) return allowed;
  const answer = preflightAnswer(config);
  const credentials = config.accessControlAllowCredentials;
  const exposed = exposedHeaders(config);
  const configured = isConfigured(config);
  return {
    configured,
    preflight: (request) =>
      configured && isPreflight(request) ? answer(request, allowed(originOf(request))) : undefined,
    respond: (request, headers) => {
      const origin = allowed(originOf(request));
      if (origin !== undefined) headers.set('access-control-allow-origin', origin);
      if (credentials) headers.set('access-control-allow-credentials', 'true');
      if (exposed !== undefined) headers.set('access-control-expose-headers', exposed);
      if (config.addVaryHeader) varyByOrigin(headers);
    },
  };
};

const originOf = (request: Request): string => request.headers.get('origin') ?? '';

const isPreflight = ({ method, headers }: Request): boolean =>
  method === 'OPTIONS' && Boolean(headers.get('access-control-request-method')) && Boolean(headers.get('origin'));

/** Only the first Vary line is checked, and only for exactly `Origin`. */
const varyByOrigin = (headers: HeaderList): void => {
  const vary = headers.get('vary') ?? '';
  if (vary !== 'Origin') headers.set('vary', vary === '' ? 'Origin' : `${vary},Origin`);
};

/** The allowed origin to send; undefined: not allowed, no header. With credentials it cannot be `*`. */
const compileOrigins = (config: HeadersConfig): ((origin: string) => string | undefined) | Failed => {
  const list = config.accessControlAllowOriginList.map(byteString);
  const patterns: Regexp[] = [];
  for (const pattern of config.accessControlAllowOriginListRegex) {
    const regexp = compileRegexp(pattern);
    if (isFailed(regexp)) return { error: `error occurred during origin parsing: ${regexp.error}` };
    patterns.push(regexp);
  }
  return (origin) => {
    const listed = list.find((item) => item === origin || item === '*');
    if (listed !== undefined) return config.accessControlAllowCredentials ? origin : listed;
    return patterns.some((regexp) => regexp.test(origin)) ? origin : undefined;
  };
};

const preflightAnswer = (config: HeadersConfig): ((request: Request, origin: string | undefined) => Reply) => {
  const credentials = config.accessControlAllowCredentials;
  const always = fixedHeaders(config);
  const echoHeaders = credentials && config.accessControlAllowHeaders.includes('*');
  const echoMethod = credentials && config.accessControlAllowMethods.includes('*');
  return (request, origin) => {
    const headers = always.clone();
    const wanted = request.headers.get('access-control-request-headers');
    if (echoHeaders && wanted) headers.add('access-control-allow-headers', wanted);
    if (echoMethod)
      headers.add('access-control-allow-methods', request.headers.get('access-control-request-method') ?? '');
    if (origin !== undefined) headers.add('access-control-allow-origin', origin);
    return { status: 200, headers, body: '' };
  };
};

/** The headers of a preflight response that do not depend on the request. */
const fixedHeaders = (config: HeadersConfig): HeaderList => {
  const headers = new HeaderList();
  const add = (name: string, values: readonly string[]): void => {
    const value = byteString(values.join(','));
    const starWithCredentials = config.accessControlAllowCredentials && values.includes('*');
    if (value !== '' && !starWithCredentials) headers.add(name, value);
  };
  if (config.accessControlAllowCredentials) headers.add('access-control-allow-credentials', 'true');
  add('access-control-allow-headers', config.accessControlAllowHeaders);
  add('access-control-allow-methods', config.accessControlAllowMethods);
  if (config.accessControlMaxAge !== undefined)
    headers.add('access-control-max-age', String(config.accessControlMaxAge));
  const exposed = exposedHeaders(config);
  if (exposed !== undefined) headers.add('access-control-expose-headers', exposed);
  return headers;
};

const exposedHeaders = (config: HeadersConfig): string | undefined => {
  const { accessControlExposeHeaders: names, accessControlAllowCredentials: credentials } = config;
  if (names.length === 0 || (credentials && names.includes('*'))) return undefined;
  return byteString(names.join(','));
};

const isConfigured = (config: HeadersConfig): boolean =>
  config.accessControlAllowCredentials ||
  config.accessControlMaxAge !== undefined ||
  config.addVaryHeader ||
  [
    config.accessControlAllowHeaders,
    config.accessControlAllowMethods,
    config.accessControlAllowOriginList,
    config.accessControlAllowOriginListRegex,
    config.accessControlExposeHeaders,
  ].some((list) => list.length > 0);
