import type { AccessLogConfig } from '../../../core/static-model.ts';
import { type Entry, type Field, selectFields } from './fields.ts';
import { selectHeaders } from './header-fields.ts';
import { commonTime } from './time.ts';

/** Traefik's common log line, followed by our reason unless that field is dropped. */
export const commonFormat = (config: AccessLogConfig['fields']): ((entry: Entry) => string) => {
  const readerOf = selectFields(config);
  const headers = selectHeaders(config.headers);
  const bare = (name: Field) => asText(readerOf(name), (value) => value);
  const quoted = (name: Field) => asText(readerOf(name), quote);
  const parts = [
    bare('ClientHost'),
    () => '-',
    bare('ClientUsername'),
    timestamp(readerOf('StartUTC') !== undefined, readerOf('StartLocal') !== undefined),
    requestLine(bare('RequestMethod'), bare('RequestPath'), bare('RequestProtocol')),
    bare('DownstreamStatus'),
    bare('DownstreamContentSize'),
    ({ record }: Entry) => agent(headers('request_', record.requestHeaders)),
    bare('RequestCount'),
    quoted('RouterName'),
    quoted('ServiceURL'),
    readerOf('Duration') ? ({ record }: Entry) => `${Math.floor(record.duration)}ms` : () => '0ms',
    ...(readerOf('reason') ? [quoted('reason')] : []),
  ];
  return (entry) =>
    `${parts
      .map((part) => part(entry))
      .join(' ')
      .replace(CONTROL, '?')}\n`;
};

type Part = (entry: Entry) => string;

/** One exchange is one line, whatever a path or header contains. */
const CONTROL = /\p{Cc}/gu;

const asText = (read: ((entry: Entry) => unknown) | undefined, form: (text: string) => string): Part => {
  if (read === undefined) return () => form('-');
  return (entry) => form(String(read(entry) ?? '') || '-');
};

const quote = (text: string): string => `"${text.replaceAll('"', '\\"')}"`;

const requestLine =
  (method: Part, path: Part, protocol: Part): Part =>
  (entry) =>
    `"${method(entry)} ${path(entry)} ${protocol(entry)}"`;

const agent = (headers: readonly [string, string][]): string => {
  const textOf = (name: string) => quote(headers.find(([key]) => key === name)?.[1] || '-');
  return `${textOf('request_Referer')} ${textOf('request_User-Agent')}`;
};

const timestamp = (utc: boolean, local: boolean): Part => {
  if (utc) return ({ record }) => `[${commonTime(record.startedAt, 'utc')}]`;
  return ({ record }) => `[${local ? commonTime(record.startedAt, 'local') : '-'}]`;
};
