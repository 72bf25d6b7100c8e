import type { AccessLogConfig } from '../../../core/static-model.ts';
import type { ExchangeRecord } from '../record.ts';
import { tlsVersionName } from '../tls-name.ts';
import { authorityOf, joinHostPort, splitHostPort } from './host-port.ts';
import { preciseTime } from './time.ts';

/** One exchange and its number in the log, where filtered ones count too. */
export type Entry = { readonly record: ExchangeRecord; readonly count: number };
export type Field = keyof typeof FIELDS;
export type FieldReader = (entry: Entry) => unknown;

/** Traefik's fields by name, in the order of its JSON. undefined: omitted from the line. */
const FIELDS = {
  ClientAddr: (r: ExchangeRecord) => joinHostPort(r.clientAddress, r.clientPort),
  ClientHost: (r: ExchangeRecord) => r.requestHeaders.get('x-forwarded-for') || r.clientAddress,
  ClientPort: (r: ExchangeRecord) => String(r.clientPort),
  ClientUsername: (r: ExchangeRecord) => r.username || '-',
  DownstreamContentSize: (r: ExchangeRecord) => r.responseBytes,
  DownstreamStatus: (r: ExchangeRecord) => r.status,
  Duration: (r: ExchangeRecord) => nanoseconds(r.duration),
  GzipRatio: (r: ExchangeRecord) =>
    r.originBytes === r.responseBytes || r.responseBytes === 0 ? undefined : r.originBytes / r.responseBytes,
  OriginContentSize: (r: ExchangeRecord) => r.originBytes,
  OriginDuration: (r: ExchangeRecord) => nanoseconds(r.originDuration),
  OriginStatus: (r: ExchangeRecord) => r.originStatus,
  Overhead: (r: ExchangeRecord) => nanoseconds(r.duration - r.originDuration),
  RequestAddr: (r: ExchangeRecord) => r.host || undefined,
  RequestContentSize: (r: ExchangeRecord) => r.requestBytes,
  RequestCount: (_: ExchangeRecord, count: number) => count,
  RequestHost: (r: ExchangeRecord) => (r.host === '' ? undefined : splitHostPort(r.host).host),
  RequestMethod: (r: ExchangeRecord) => r.method,
  RequestPath: (r: ExchangeRecord) => r.target,
  RequestPort: (r: ExchangeRecord) => (r.host === '' ? undefined : splitHostPort(r.host).port),
  RequestProtocol: (r: ExchangeRecord) => r.protocol,
  RequestScheme: (r: ExchangeRecord) => (r.tls ? 'https' : 'http'),
  RetryAttempts: (r: ExchangeRecord) => r.retries,
  RouterName: (r: ExchangeRecord) => r.router,
  ServiceAddr: (r: ExchangeRecord) => (r.serverUrl === undefined ? undefined : authorityOf(r.serverUrl)),
  ServiceName: (r: ExchangeRecord) => (r.serverUrl === undefined ? undefined : serverService(r)),
  ServiceURL: (r: ExchangeRecord) => r.serverUrl,
  StartLocal: (r: ExchangeRecord) => preciseTime(r.startedAt, 'local'),
  StartUTC: (r: ExchangeRecord) => preciseTime(r.startedAt, 'utc'),
  TLSCipher: (r: ExchangeRecord) => r.tls?.cipher,
  TLSVersion: (r: ExchangeRecord) => r.tls && tlsVersionName(r.tls.version),
  entryPointName: (r: ExchangeRecord) => r.entryPoint,
  reason: (r: ExchangeRecord) => r.reason,
  steps: (r: ExchangeRecord) => r.steps,
} satisfies Record<string, (record: ExchangeRecord, count: number) => unknown>;

/** All names, in the order of a JSON line. */
export const FIELD_NAMES = Object.keys(FIELDS) as Field[];

/** The fields to log, computed when the log is opened. As in Traefik, only `drop` has an effect. */
export const selectFields = (config: AccessLogConfig['fields']): ((name: Field) => FieldReader | undefined) => {
  const modes = new Map([...config.names].map(([name, mode]) => [name.toLowerCase(), mode]));
  return (name) => {
    if ((modes.get(name.toLowerCase()) ?? config.defaultMode) === 'drop') return undefined;
    const read: (record: ExchangeRecord, count: number) => unknown = FIELDS[name];
    return ({ record, count }) => read(record, count);
  };
};

/** The service whose server was chosen; the router's service may be several levels above it. */
const serverService = (record: ExchangeRecord): string | undefined => record.steps.at(-1)?.service ?? record.service;

const nanoseconds = (milliseconds: number): number => Math.round(milliseconds * 1e6);
