import type { HeaderList } from '../../../core/request/header-list.ts';
import { canonicalName } from '../../../core/request/header-name.ts';
import type { AccessLogConfig, HeaderMode } from '../../../core/static-model.ts';

export type HeaderFields = (prefix: string, headers: HeaderList | undefined) => readonly [string, string][];

/** Anyone who reads these in a log can take over the session: they are only logged if named explicitly. */
const SECRET = new Set(['authorization', 'cookie', 'proxy-authorization', 'set-cookie']);

/** `request_X-Name: value` for each header to be logged, by name. */
export const selectHeaders = (config: AccessLogConfig['fields']['headers']): HeaderFields => {
  const named = new Map([...config.names].map(([name, mode]) => [name.toLowerCase(), mode]));
  const modeOf = (name: string): HeaderMode =>
    named.get(name) ?? (config.defaultMode === 'keep' && SECRET.has(name) ? 'redact' : config.defaultMode);
  if (config.defaultMode === 'drop' && [...named.values()].every((mode) => mode === 'drop')) return () => NONE;
  return (prefix, headers) => {
    if (headers === undefined) return NONE;
    const shown: [string, string][] = [];
    for (const [name, values] of byName(headers)) {
      const mode = modeOf(name);
      if (mode === 'drop') continue;
      shown.push([prefix + canonicalName(name), mode === 'redact' ? 'REDACTED' : asText(values)]);
    }
    return shown.sort(([a], [b]) => (a < b ? -1 : 1));
  };
};

const NONE: readonly [string, string][] = [];

const byName = (headers: HeaderList): ReadonlyMap<string, string[]> => {
  const all = new Map<string, string[]>();
  for (const [name, value] of headers) {
    const values = all.get(name);
    if (values === undefined) all.set(name, [value]);
    else values.push(value);
  }
  return all;
};

/** Header values are byte strings; UTF-8 is decoded. */
const asText = (values: readonly string[]): string => {
  const value = values.join(',');
  return /[\x80-\xff]/.test(value) ? Buffer.from(value, 'latin1').toString('utf8') : value;
};
