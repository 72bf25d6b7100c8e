/** Times as Go prints them. `ms` counts from the epoch and may have fractions. */
export type Zone = 'utc' | 'local';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

type Parts = { readonly date: string; readonly zone: string; readonly common: string };

/** RFC 3339 with the fraction, without trailing zeros. */
export const preciseTime = (ms: number, zone: Zone): string => {
  const parts = partsOf(ms, zone);
  const fraction = String(Math.floor(ms * 1000) % 1_000_000).padStart(6, '0');
  return parts.date + `.${fraction}`.replace(/(?<![.0])\.?0+$/, '') + parts.zone;
};

/** RFC 3339 to the second. */
export const coarseTime = (ms: number, zone: Zone): string => {
  const parts = partsOf(ms, zone);
  return parts.date + parts.zone;
};

/** The common log format's `21/Nov/2026:07:34:11 +0000`. */
export const commonTime = (ms: number, zone: Zone): string => partsOf(ms, zone).common;

/** Cached: many lines fall into one second and differ in the fraction only. */
const latest: Record<Zone, { second: number; parts: Parts } | undefined> = { utc: undefined, local: undefined };

const partsOf = (ms: number, zone: Zone): Parts => {
  const second = Math.floor(ms / 1000);
  const known = latest[zone];
  if (known?.second === second) return known.parts;
  const parts = makeParts(second * 1000, zone);
  latest[zone] = { second, parts };
  return parts;
};

const makeParts = (ms: number, zone: Zone): Parts => {
  const offset = zone === 'utc' ? 0 : -new Date(ms).getTimezoneOffset();
  const date = new Date(ms + offset * 60_000).toISOString().slice(0, 19);
  const month = MONTHS[Number(date.slice(5, 7)) - 1];
  return {
    date,
    zone: offset === 0 ? 'Z' : offsetText(offset, ':'),
    common: `${date.slice(8, 10)}/${month}/${date.slice(0, 4)}:${date.slice(11)} ${offsetText(offset, '')}`,
  };
};

/** `offset` is in minutes east of Greenwich. */
const offsetText = (offset: number, colon: string): string => {
  const minutes = Math.abs(offset);
  return `${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}${colon}${two(minutes % 60)}`;
};

const two = (value: number): string => String(value).padStart(2, '0');
