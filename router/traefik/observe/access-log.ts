import type { Log } from '../../../shared/log.ts';
import type { AccessLogConfig } from '../../core/static-model.ts';
import { createFilter } from './access-log/filter.ts';
import { commonFormat } from './access-log/format-common.ts';
import { jsonFormat } from './access-log/format-json.ts';
import { LineBuffer } from './access-log/line-buffer.ts';
import { openLogFile } from './access-log/log-file.ts';
import { isInternal } from './is-internal.ts';
import type { ExchangeRecord } from './record.ts';

export type AccessLog = {
  exchangeEnded(record: ExchangeRecord): void;
  /** After a log rotation; Traefik does this on SIGUSR1. */
  reopen(): Promise<void>;
  close(): Promise<void>;
};

/** Throws when the file cannot be opened. */
export const openAccessLog = (config: AccessLogConfig, log: Log): AccessLog => {
  const buffer = new LineBuffer(
    () => openLogFile(config.filePath),
    (what) => log.warn({ file: config.filePath ?? 'stdout', ...describe(what) }, 'access log is incomplete'),
  );
  const lineOf = createLineMaker(config);
  return {
    exchangeEnded(record) {
      const line = lineOf(record);
      if (line !== undefined) buffer.write(line);
    },
    reopen: async () => {
      if (config.filePath !== undefined) await buffer.reopen();
    },
    close: () => buffer.close(),
  };
};

/** The line for an exchange; undefined if the configuration filters it out. */
export const createLineMaker = (config: AccessLogConfig): ((record: ExchangeRecord) => string | undefined) => {
  const isWanted = createFilter(config);
  const format = (config.format === 'json' ? jsonFormat : commonFormat)(config.fields);
  let count = 0;
  return (record) => {
    if (!config.addInternals && isInternal(record)) return undefined;
    count++;
    return isWanted(record) ? format({ record, count }) : undefined;
  };
};

const describe = (what: { dropped: number } | { error: unknown }): object =>
  'dropped' in what ? { dropped: what.dropped } : { reason: String(what.error) };
