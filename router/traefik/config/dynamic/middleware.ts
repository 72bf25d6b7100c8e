import { referredName } from '../../../../shared/traefik/qualified-name.ts';
import type { MiddlewareConfig } from '../../../core/model.ts';
import {
  type Cursor,
  checked,
  type Decoded,
  type Decoder,
  duration,
  flag,
  integer,
  map,
  optional,
  orElse,
  refusePart,
  text,
} from '../decoder.ts';
import { mapOf, noneOf, notDone, type Shape, struct, texts } from '../structure.ts';
import { ipAllowList, sourceCriterion } from './client-address.ts';

const headers = struct(
  {
    customRequestHeaders: mapOf(text),
    customResponseHeaders: mapOf(text),
    accessControlAllowCredentials: flag,
    accessControlAllowHeaders: texts,
    accessControlAllowMethods: texts,
    accessControlAllowOriginList: texts,
    accessControlAllowOriginListRegex: texts,
    accessControlExposeHeaders: texts,
    accessControlMaxAge: optional(integer),
    addVaryHeader: flag,
  },
  {
    ...noneOf(
      'stsIncludeSubdomains stsPreload forceSTSHeader frameDeny contentTypeNosniff browserXssFilter isDevelopment ' +
        'sslRedirect sslTemporaryRedirect sslForceHost customFrameOptionsValue customBrowserXSSValue ' +
        'contentSecurityPolicy contentSecurityPolicyReportOnly publicKey referrerPolicy permissionsPolicy ' +
        'featurePolicy sslHost stsSeconds',
      notDone('write the header itself under customResponseHeaders', 'false', ''),
    ),
    ...noneOf('allowedHosts hostsProxyHeaders sslProxyHeaders', notDone('match the host in the rule of the router')),
  },
);

const retry = struct({
  attempts: integer,
  initialInterval: duration,
  timeout: duration,
  maxRequestBodyBytes: orElse(integer, 2 * 1024 * 1024),
  status: texts,
  disableRetryOnNetworkError: flag,
  retryNonIdempotentMethod: flag,
});

const rateLimit = struct(
  {
    average: integer,
    period: orElse(duration, 1_000),
    burst: orElse(integer, 1),
    sourceCriterion: optional(sourceCriterion),
  },
  { redis: notDone('the limit is counted in each router: remove it') },
);

const forwardAuth = struct(
  {
    address: text,
    trustForwardHeader: optional(flag),
    authResponseHeaders: texts,
    authResponseHeadersRegex: text,
    authRequestHeaders: texts,
    addAuthCookiesToResponse: texts,
    headerField: text,
    forwardBody: flag,
    maxBodySize: orElse(integer, -1),
    maxResponseBodySize: orElse(integer, -1),
    preserveLocationHeader: flag,
    preserveRequestMethod: flag,
  },
  { tls: notDone('ask the service over http, or with a certificate that the system trusts'), authSigninURL: notDone() },
);

// How much of a body is kept in memory has no visible effect.
const buffering = map(
  struct(
    {
      maxRequestBodyBytes: integer,
      maxResponseBodyBytes: integer,
      memRequestBodyBytes: integer,
      memResponseBodyBytes: integer,
    },
    {
      retryExpression: notDone('use the retry middleware', ''),
      ...noneOf('disableRequestBuffer disableResponseBuffer', notDone('Traefik ignores this key in a file: remove it')),
    },
  ),
  ({ maxRequestBodyBytes, maxResponseBodyBytes }) => ({ maxRequestBodyBytes, maxResponseBodyBytes }),
);

const prefix = checked(text, (value) =>
  value === '' ? { message: 'the prefix is empty', remedy: 'write one, such as /api' } : undefined,
);

const kinds = {
  headers: optional(headers),
  stripPrefix: optional(struct({ prefixes: texts, forceSlash: flag })),
  addPrefix: optional(struct({ prefix })),
  replacePathRegex: optional(struct({ regex: text, replacement: text })),
  chain: optional(map(struct({ middlewares: texts }), (raw) => ({ middlewares: raw.middlewares.map(referredName) }))),
  retry: optional(retry),
  redirectScheme: optional(
    struct({ scheme: text, port: text, permanent: flag }, ignoredInFile('forcePermanentRedirect')),
  ),
  ipAllowList: optional(ipAllowList),
  rateLimit: optional(rateLimit),
  inFlightReq: optional(struct({ amount: integer, sourceCriterion: optional(sourceCriterion) })),
  forwardAuth: optional(forwardAuth),
  buffering: optional(buffering),
};

function ignoredInFile(keys: string) {
  return noneOf(keys, notDone('Traefik ignores this key in a file: remove it'));
}

const schema = struct(kinds, {
  basicAuth: notDone('use forwardAuth'),
  digestAuth: notDone('use forwardAuth'),
  circuitBreaker: notDone('give the service a healthCheck'),
  compress: notDone('let the servers compress: it breaks event streams'),
  ipWhiteList: notDone('use ipAllowList, its new name'),
  redirectRegex: notDone('use redirectScheme'),
  replacePath: notDone('use replacePathRegex'),
  stripPrefixRegex: notDone('use replacePathRegex'),
  ...noneOf('errors contentType grpcWeb passTLSClientCert plugin encodedCharacters'),
  ...ignoredInFile(
    'requestHeaderModifier responseHeaderModifier requestRedirect urlRewrite authTLSPassCertificateToUpstream ' +
      'snippet rewriteTarget upstreamVHost appRoot',
  ),
});

const theOnlyOne = (raw: Shape<typeof kinds>, cursor: Cursor): Decoded<MiddlewareConfig> => {
  const given = Object.entries(raw).filter(([, config]) => config !== undefined);
  const onKey = { ...cursor, valueAt: cursor.at };
  if (given.length > 1)
    return refusePart(onKey, 'a middleware has exactly one kind; this one has several', 'make one of each and a chain');
  const [kind, config] = given[0] ?? [];
  if (kind === undefined) return refusePart(onKey, 'the middleware has no kind', 'add one, such as stripPrefix');
  // The keys of `kinds` are the kinds of the model; each decoder's type is checked against it below.
  return { name: cursor.subject?.name ?? '', at: cursor.at, kind, ...config } as MiddlewareConfig;
};

export const middleware: Decoder<MiddlewareConfig> = map(schema, theOnlyOne);

type Decoders = { readonly [M in MiddlewareConfig as M['kind']]: Decoder<Omit<M, 'kind' | 'name' | 'at'> | undefined> };
kinds satisfies Decoders;
