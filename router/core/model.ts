/**
 * The dynamic configuration after parsing: complete, all defaults filled in, every reference qualified
 * (`mcp` in the file is `mcp@file` here, as Traefik names it). Durations are milliseconds.
 */
import type { Place } from '../../shared/source/place.ts';

export type DynamicConfig = {
  readonly routers: ReadonlyMap<string, RouterConfig>;
  readonly services: ReadonlyMap<string, ServiceConfig>;
  readonly middlewares: ReadonlyMap<string, MiddlewareConfig>;
  readonly serversTransports: ReadonlyMap<string, ServersTransportConfig>;
  readonly certificates: readonly CertificateConfig[];
};

export type RouterConfig = {
  readonly name: string;
  readonly at: Place;
  readonly rule: string;
  readonly ruleAt: Place;
  /** 0 when the file sets none: the rule's length in bytes is used then. */
  readonly priority: number;
  readonly service: string;
  readonly middlewares: readonly string[];
  /** Empty: every default entry point. */
  readonly entryPoints: readonly string[];
  readonly tls: boolean;
};

export type ServiceConfig = LoadBalancerConfig | WeightedConfig | FailoverConfig;

export type LoadBalancerConfig = {
  readonly kind: 'loadBalancer';
  readonly name: string;
  readonly at: Place;
  readonly servers: readonly ServerConfig[];
  readonly strategy: 'wrr' | 'p2c' | 'hrw' | 'leasttime';
  readonly sticky: CookieConfig | undefined;
  readonly healthCheck: HealthCheckConfig | undefined;
  readonly passHostHeader: boolean;
  readonly flushInterval: number;
  /** Qualified; undefined: the default transport. */
  readonly serversTransport: string | undefined;
};

export type ServerConfig = {
  readonly at: Place;
  /** Byte for byte as written: the cookie value is its hash. */
  readonly url: string;
  readonly weight: number;
  readonly preservePath: boolean;
};

/** `name` is as configured, '' when none is given. */
export type CookieConfig = {
  readonly at: Place;
  readonly name: string;
  readonly secure: boolean;
  readonly httpOnly: boolean;
  readonly sameSite: string;
  readonly maxAge: number;
  readonly path: string;
  readonly domain: string;
};

export type HealthCheckConfig = {
  /** '' means: the server URL's own. */
  readonly scheme: string;
  readonly mode: 'http';
  readonly path: string;
  readonly method: string;
  /** 0: any 2xx or 3xx is healthy. */
  readonly status: number;
  /** 0: the server URL's own. */
  readonly port: number;
  readonly interval: number;
  readonly unhealthyInterval: number;
  readonly timeout: number;
  readonly hostname: string;
  readonly followRedirects: boolean;
  readonly headers: ReadonlyMap<string, string>;
};

export type WeightedConfig = {
  readonly kind: 'weighted';
  readonly name: string;
  readonly at: Place;
  /** `written` is the name as in the file, with or without its provider: the cookie value is its hash. */
  readonly services: readonly {
    readonly name: string;
    readonly written: string;
    readonly weight: number;
    readonly at: Place;
  }[];
  readonly sticky: CookieConfig | undefined;
  readonly healthCheck: boolean;
};

export type FailoverConfig = {
  readonly kind: 'failover';
  readonly name: string;
  readonly at: Place;
  readonly service: string;
  readonly fallback: string;
  readonly healthCheck: boolean;
};

export type ServersTransportConfig = {
  readonly name: string;
  readonly at: Place | undefined;
  readonly serverName: string;
  readonly insecureSkipVerify: boolean;
  /** Files or PEM contents, as written. */
  readonly rootCAs: readonly string[];
  /** 0: Traefik's default of 200. Negative: connections are not reused. */
  readonly maxIdleConnsPerHost: number;
  /** Milliseconds; 0 is no limit. */
  readonly dialTimeout: number;
  readonly responseHeaderTimeout: number;
  readonly idleConnTimeout: number;
};

/** Files or PEM contents, as written. */
export type CertificateConfig = { readonly at: Place; readonly certFile: string; readonly keyFile: string };

export type MiddlewareConfig = { readonly name: string; readonly at: Place } & (
  | ({ readonly kind: 'headers' } & HeadersConfig)
  | { readonly kind: 'stripPrefix'; readonly prefixes: readonly string[]; readonly forceSlash: boolean }
  | { readonly kind: 'addPrefix'; readonly prefix: string }
  | { readonly kind: 'replacePathRegex'; readonly regex: string; readonly replacement: string }
  | { readonly kind: 'chain'; readonly middlewares: readonly string[] }
  | ({ readonly kind: 'retry' } & RetryConfig)
  | { readonly kind: 'redirectScheme'; readonly scheme: string; readonly port: string; readonly permanent: boolean }
  | {
      readonly kind: 'ipAllowList';
      readonly sourceRange: readonly string[];
      readonly ipStrategy: IpStrategyConfig | undefined;
      readonly rejectStatusCode: number;
    }
  | {
      readonly kind: 'rateLimit';
      readonly average: number;
      readonly period: number;
      readonly burst: number;
      readonly sourceCriterion: SourceCriterionConfig | undefined;
    }
  | {
      readonly kind: 'inFlightReq';
      readonly amount: number;
      readonly sourceCriterion: SourceCriterionConfig | undefined;
    }
  | ({ readonly kind: 'forwardAuth' } & ForwardAuthConfig)
  | { readonly kind: 'buffering'; readonly maxRequestBodyBytes: number; readonly maxResponseBodyBytes: number }
);

export type HeadersConfig = {
  readonly customRequestHeaders: ReadonlyMap<string, string>;
  readonly customResponseHeaders: ReadonlyMap<string, string>;
  readonly accessControlAllowCredentials: boolean;
  readonly accessControlAllowHeaders: readonly string[];
  readonly accessControlAllowMethods: readonly string[];
  readonly accessControlAllowOriginList: readonly string[];
  readonly accessControlAllowOriginListRegex: readonly string[];
  readonly accessControlExposeHeaders: readonly string[];
  /** undefined: not set, which differs from 0. */
  readonly accessControlMaxAge: number | undefined;
  readonly addVaryHeader: boolean;
};

export type RetryConfig = {
  readonly attempts: number;
  readonly initialInterval: number;
  readonly timeout: number;
  readonly maxRequestBodyBytes: number;
  readonly status: readonly string[];
  readonly disableRetryOnNetworkError: boolean;
  readonly retryNonIdempotentMethod: boolean;
};

export type IpStrategyConfig = {
  readonly depth: number;
  readonly excludedIPs: readonly string[];
  readonly ipv6Subnet: number | undefined;
};

export type SourceCriterionConfig = {
  readonly ipStrategy: IpStrategyConfig | undefined;
  readonly requestHeaderName: string;
  readonly requestHost: boolean;
};

export type ForwardAuthConfig = {
  readonly address: string;
  /** undefined: not set; Traefik then keeps its older, mixed behaviour. */
  readonly trustForwardHeader: boolean | undefined;
  readonly authResponseHeaders: readonly string[];
  readonly authResponseHeadersRegex: string;
  readonly authRequestHeaders: readonly string[];
  readonly addAuthCookiesToResponse: readonly string[];
  readonly headerField: string;
  readonly forwardBody: boolean;
  /** -1: no limit. */
  readonly maxBodySize: number;
  readonly maxResponseBodySize: number;
  readonly preserveLocationHeader: boolean;
  readonly preserveRequestMethod: boolean;
};
