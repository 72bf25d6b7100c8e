import type { AccessLogConfig } from '../../../core/static-model.ts';
import { goJson } from '../go-json.ts';
import { type Entry, FIELD_NAMES, type Field, type FieldReader, selectFields } from './fields.ts';
import { selectHeaders } from './header-fields.ts';
import { coarseTime } from './time.ts';

/** Traefik's JSON line, with keys sorted by bytes, so headers come before the fields in lower case. */
export const jsonFormat = (config: AccessLogConfig['fields']): ((entry: Entry) => string) => {
  const readerOf = selectFields(config);
  const headers = selectHeaders(config.headers);
  const upperCase = partOf(FIELD_NAMES.filter((name) => /^[A-Z]/.test(name)).map((name) => [name, readerOf(name)]));
  const one = (name: Field) => partOf([[name, readerOf(name)]]);
  const [entryPoint, reason, steps] = [one('entryPointName'), one('reason'), one('steps')];
  return (entry) => {
    const { record } = entry;
    const line =
      upperCase(entry) +
      headerPart(headers('downstream_', record.responseHeaders)) +
      entryPoint(entry) +
      ',"level":"info","msg":""' +
      headerPart(headers('origin_', record.originHeaders)) +
      reason(entry) +
      headerPart(headers('request_', record.requestHeaders)) +
      steps(entry) +
      `,"time":"${coarseTime(record.startedAt + record.duration, 'local')}"`;
    return `{${line.slice(1)}}\n`;
  };
};

/** Each member begins with a comma; the first one is cut off at the end. */
const partOf = (fields: readonly (readonly [string, FieldReader | undefined])[]): ((entry: Entry) => string) => {
  const readers = fields.flatMap(([name, read]) => (read ? [{ key: `,"${name}":`, read }] : []));
  return (entry) => {
    let part = '';
    for (const { key, read } of readers) {
      const value = read(entry);
      if (value !== undefined) part += key + goJson(value);
    }
    return part;
  };
};

const headerPart = (headers: readonly [string, string][]): string =>
  headers.map(([name, value]) => `,${goJson(name)}:${goJson(value)}`).join('');
