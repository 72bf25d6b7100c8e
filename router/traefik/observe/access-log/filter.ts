import type { AccessLogConfig } from '../../../core/static-model.ts';
import type { ExchangeRecord } from '../record.ts';

/** A line is written if any filter matches; without filters, all are. */
export const createFilter = (config: AccessLogConfig): ((record: ExchangeRecord) => boolean) => {
  const { statusCodes, retryAttempts, minDuration } = config.filters;
  const ranges = statusCodes.map(parseRange);
  if (ranges.length === 0 && !retryAttempts && minDuration === 0) return () => true;
  return (record) =>
    ranges.some(([low, high]) => record.status >= low && record.status <= high) ||
    (retryAttempts && record.retries > 0) ||
    (minDuration > 0 && record.duration > minDuration);
};

/** `404` or `500-503`. */
const parseRange = (text: string): readonly [number, number] => {
  const [low = '', high = low] = text.split('-');
  return [Number(low), Number(high)];
};
