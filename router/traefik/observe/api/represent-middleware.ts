import type { IpStrategyConfig, MiddlewareConfig, SourceCriterionConfig } from '../../../core/model.ts';
import { duration, omitEmpty, sortedObject } from './encode.ts';

export const representMiddleware = (middleware: MiddlewareConfig): Record<string, unknown> => ({
  [middleware.kind]: settingsOf(middleware),
});

/** Settings with default values are omitted; the members are in Traefik's order. */
const settingsOf = (middleware: MiddlewareConfig): object => {
  const { name: _name, at: _at, kind: _kind, ...plain } = middleware;
  switch (middleware.kind) {
    case 'headers':
      return withMaps(plain);
    case 'retry':
      return retry(middleware);
    case 'ipAllowList':
      return omitEmpty({
        sourceRange: middleware.sourceRange,
        ipStrategy: middleware.ipStrategy && ipStrategy(middleware.ipStrategy),
        rejectStatusCode: middleware.rejectStatusCode !== 403 && middleware.rejectStatusCode,
      });
    case 'rateLimit':
      return omitEmpty({
        average: middleware.average,
        period: duration(middleware.period),
        burst: middleware.burst,
        sourceCriterion: middleware.sourceCriterion && sourceCriterion(middleware.sourceCriterion),
      });
    case 'inFlightReq':
      return omitEmpty({
        amount: middleware.amount,
        sourceCriterion: middleware.sourceCriterion && sourceCriterion(middleware.sourceCriterion),
      });
    case 'forwardAuth':
      return forwardAuth(middleware);
    default:
      return omitEmpty(plain);
  }
};

type Settings<Kind> = Extract<MiddlewareConfig, { kind: Kind }>;

const retry = (settings: Settings<'retry'>): object =>
  omitEmpty({
    attempts: settings.attempts,
    timeout: duration(settings.timeout),
    initialInterval: duration(settings.initialInterval),
    maxRequestBodyBytes: settings.maxRequestBodyBytes,
    status: settings.status,
    disableRetryOnNetworkError: settings.disableRetryOnNetworkError,
    retryNonIdempotentMethod: settings.retryNonIdempotentMethod,
  });

const forwardAuth = (settings: Settings<'forwardAuth'>): object =>
  omitEmpty({
    address: settings.address,
    trustForwardHeader: settings.trustForwardHeader,
    authResponseHeaders: settings.authResponseHeaders,
    authResponseHeadersRegex: settings.authResponseHeadersRegex,
    authRequestHeaders: settings.authRequestHeaders,
    maxResponseBodySize: settings.maxResponseBodySize >= 0 && settings.maxResponseBodySize,
    addAuthCookiesToResponse: settings.addAuthCookiesToResponse,
    headerField: settings.headerField,
    forwardBody: settings.forwardBody,
    maxBodySize: settings.maxBodySize,
    preserveLocationHeader: settings.preserveLocationHeader,
    preserveRequestMethod: settings.preserveRequestMethod,
  });

const ipStrategy = (settings: IpStrategyConfig): object => omitEmpty(settings);

const sourceCriterion = (settings: SourceCriterionConfig): object =>
  omitEmpty({ ...settings, ipStrategy: settings.ipStrategy && ipStrategy(settings.ipStrategy) });

const withMaps = (settings: object): object =>
  omitEmpty(
    Object.fromEntries(
      Object.entries(settings).map(([key, value]) => [key, value instanceof Map ? sortedObject(value) : value]),
    ),
  );
