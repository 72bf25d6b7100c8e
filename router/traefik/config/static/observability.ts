import type {
  AccessLogConfig,
  ApiConfig,
  HeaderMode,
  LogLevel,
  PingConfig,
  PrometheusConfig,
  StaticConfig,
} from '../../../core/static-model.ts';
import {
  checked,
  type Decoder,
  duration,
  flag,
  integer,
  map,
  orElse,
  refuseFile,
  refusePart,
  text,
} from '../decoder.ts';
import { allowEmpty, mapOf, noneOf, notDone, struct, texts } from '../structure.ts';

/** The default entry point of ping, API and metrics. */
export const INTERNAL_ENTRY_POINT = 'traefik';

const oneOf = <T extends string>(values: readonly T[], zero: T, notDone: readonly string[] = []): Decoder<T> =>
  map(orElse(text, zero), (value, cursor) => {
    const found = values.find((candidate) => candidate === value);
    const kind = notDone.includes(value) ? 'unsupported' : 'invalid';
    const message = `${JSON.stringify(value)} is unknown`;
    return found ?? refusePart(cursor, message, `write one of ${values.join(', ')}`, kind);
  });

const status = checked(integer, (code) =>
  code >= 100 && code <= 999
    ? undefined
    : { message: `${code} is not an HTTP status`, remedy: 'write for example 503' },
);

export const ping: Decoder<PingConfig | undefined> = allowEmpty(
  struct({
    entryPoint: orElse(text, INTERNAL_ENTRY_POINT),
    manualRouting: flag,
    terminatingStatusCode: orElse(status, 503),
  }),
);

const basePath = checked(orElse(text, '/'), (path) =>
  /^\/[a-zA-Z0-9/_.:~-]*$/.test(path)
    ? undefined
    : { message: `${JSON.stringify(path)} is not an absolute path`, remedy: 'write for example /traefik' },
);

// Traefik's dashboard and its debug pages are not served here.
export const api: Decoder<ApiConfig | undefined> = allowEmpty(
  map(
    struct({
      basePath,
      insecure: flag,
      dashboard: orElse(flag, true),
      debug: flag,
      disableDashboardAd: flag,
      dashboardName: text,
    }),
    ({ basePath: path, insecure }) => ({ basePath: path, insecure }),
  ),
);

const buckets = map(orElse(texts, ['0.1', '0.3', '1.2', '5']), (bounds, cursor) => {
  const numbers = bounds.map(Number);
  if (numbers.every((bound, i) => Number.isFinite(bound) && (i === 0 || bound > numbers[i - 1]!))) return numbers;
  return refuseFile(cursor, 'the buckets must be numbers, each larger than the one before', 'write them in order');
});

export const prometheus: Decoder<PrometheusConfig | undefined> = allowEmpty(
  struct(
    {
      entryPoint: orElse(text, INTERNAL_ENTRY_POINT),
      manualRouting: flag,
      buckets,
      addEntryPointsLabels: orElse(flag, true),
      addRoutersLabels: flag,
      addServicesLabels: orElse(flag, true),
    },
    { headerLabels: notDone() },
  ),
);

export const otherMetrics = {
  addInternals: notDone('remove it', 'false'),
  ...noneOf('datadog statsD influxDB2 otlp', notDone('use prometheus')),
};

const HEADER_MODES: readonly HeaderMode[] = ['keep', 'drop', 'redact'];
const fieldMode = oneOf<HeaderMode>(['keep', 'drop'], 'keep');
const noOtlp = { otlp: notDone('write to a file or to stdout') };

const fields = map(
  struct({
    defaultMode: fieldMode,
    names: mapOf(fieldMode),
    headers: struct({ defaultMode: oneOf(HEADER_MODES, 'drop'), names: mapOf(oneOf(HEADER_MODES, 'keep')) }),
    queryParameters: struct({}, { defaultMode: notDone('remove it', 'keep') }),
  }),
  ({ queryParameters: _kept, ...used }) => used,
);

// The buffer size only changes when lines are written.
export const accessLog: Decoder<AccessLogConfig | undefined> = allowEmpty(
  map(
    struct(
      {
        filePath: text,
        format: oneOf(['common', 'json'] as const, 'common', ['genericCLF']),
        filters: struct({ statusCodes: texts, retryAttempts: flag, minDuration: duration }),
        fields,
        addInternals: flag,
        bufferingSize: integer,
      },
      { ...noOtlp, dualOutput: notDone('remove it', 'false') },
    ),
    ({ bufferingSize: _size, filePath, ...used }) => ({ ...used, filePath: filePath || undefined }),
  ),
);

const LEVELS: ReadonlyMap<string, LogLevel> = new Map([
  ['trace', 'trace'],
  ['debug', 'debug'],
  ['info', 'info'],
  ['warn', 'warn'],
  ['error', 'error'],
  ['fatal', 'fatal'],
  ['panic', 'fatal'],
  ['disabled', 'silent'],
]);

const level = map(orElse(text, 'error'), (value, cursor) => {
  const found = LEVELS.get(value.toLowerCase());
  const known = [...LEVELS.keys()].join(', ');
  return found ?? refuseFile(cursor, `${JSON.stringify(value)} is not a log level`, `write one of ${known}`);
});

export const log: Decoder<StaticConfig['log']> = map(
  struct(
    { level, format: oneOf(['common', 'json'] as const, 'common'), filePath: text, noColor: flag },
    { ...noOtlp, ...noneOf('maxSize maxAge maxBackups compress', notDone('let logrotate do it', '0', 'false')) },
  ),
  ({ noColor: _plain, filePath, ...used }) => ({ ...used, filePath: filePath || undefined }),
);
