/** The static configuration after parsing: complete, all defaults filled in. Durations are milliseconds. */
import type { Place } from '../../shared/source/place.ts';

export type StaticConfig = {
  readonly file: string;
  readonly entryPoints: ReadonlyMap<string, EntryPointConfig>;
  readonly fileProvider: {
    readonly at: Place;
    readonly path: string;
    readonly kind: 'file' | 'directory';
    readonly watch: boolean;
  };
  readonly ping: PingConfig | undefined;
  readonly api: ApiConfig | undefined;
  readonly prometheus: PrometheusConfig | undefined;
  readonly accessLog: AccessLogConfig | undefined;
  readonly log: { readonly level: LogLevel; readonly format: 'common' | 'json'; readonly filePath: string | undefined };
};

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';

export type EntryPointConfig = {
  readonly name: string;
  readonly at: Place;
  /** '' listens on every address. */
  readonly host: string;
  readonly port: number;
  readonly asDefault: boolean;
  readonly forwardedHeaders: { readonly insecure: boolean; readonly trustedIPs: readonly string[] };
  readonly requestAcceptGraceTimeout: number;
  readonly graceTimeOut: number;
  readonly readTimeout: number;
  readonly writeTimeout: number;
  readonly idleTimeout: number;
  readonly maxHeaderBytes: number;
  /** Routers of this entry point use TLS unless they say otherwise. */
  readonly tls: boolean;
  /** Qualified names, put before each router's own. */
  readonly middlewares: readonly string[];
  readonly redirection:
    | { readonly to: string; readonly scheme: string; readonly permanent: boolean; readonly priority: number }
    | undefined;
  readonly maxConcurrentStreams: number;
};

export type PingConfig = {
  readonly entryPoint: string;
  readonly manualRouting: boolean;
  readonly terminatingStatusCode: number;
};
export type ApiConfig = {
  readonly insecure: boolean;
  readonly basePath: string;
};
export type PrometheusConfig = {
  readonly entryPoint: string;
  readonly manualRouting: boolean;
  readonly buckets: readonly number[];
  readonly addEntryPointsLabels: boolean;
  readonly addRoutersLabels: boolean;
  readonly addServicesLabels: boolean;
};

export type HeaderMode = 'keep' | 'drop' | 'redact';
export type AccessLogConfig = {
  readonly filePath: string | undefined;
  readonly format: 'common' | 'json';
  readonly filters: {
    readonly statusCodes: readonly string[];
    readonly retryAttempts: boolean;
    readonly minDuration: number;
  };
  readonly fields: {
    readonly defaultMode: HeaderMode;
    readonly names: ReadonlyMap<string, HeaderMode>;
    readonly headers: { readonly defaultMode: HeaderMode; readonly names: ReadonlyMap<string, HeaderMode> };
  };
  readonly addInternals: boolean;
};
