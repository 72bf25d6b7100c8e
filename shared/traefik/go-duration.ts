/**
 * Durations as Traefik's files write them: an integer alone counts seconds, anything else is what Go's
 * time.ParseDuration takes ("1h30m", "1.5s", "-200ms"). Here they are milliseconds, with fractions down to a nanosecond.
 */
const NANOSECONDS: ReadonlyMap<string, bigint> = new Map([
  ['ns', 1n],
  ['us', 1_000n],
  ['µs', 1_000n], // U+00B5, the micro sign
  ['μs', 1_000n], // U+03BC, the Greek letter
  ['ms', 1_000_000n],
  ['s', 1_000_000_000n],
  ['m', 60_000_000_000n],
  ['h', 3_600_000_000_000n],
]);

const PART = /([0-9]*)(?:\.([0-9]*))?([^0-9.]*)/y;
const EXAMPLE = 'write a duration such as 500ms, 30s or 1m30s; a bare integer counts seconds';

export type ParsedDuration = { readonly milliseconds: number } | { readonly error: string };

export const parseGoDuration = (text: string): ParsedDuration => {
  if (/^[-+]?[0-9]+$/.test(text)) return inRange(BigInt(text) * 1_000_000_000n, text);
  const sign = text.startsWith('-') ? -1n : 1n;
  const parts = /^[-+]/.test(text) ? text.slice(1) : text;
  if (parts === '') return { error: `${JSON.stringify(text)} is not a duration: ${EXAMPLE}` };
  const nanoseconds = sumOfParts(parts);
  if (typeof nanoseconds === 'string') return { error: `${JSON.stringify(text)} is not a duration: ${nanoseconds}` };
  return inRange(sign * nanoseconds, text);
};

/** For a text that a schema has already accepted. */
export const millisecondsOf = (text: string): number => {
  const read = parseGoDuration(text);
  if ('error' in read) throw new TypeError(read.error);
  return read.milliseconds;
};

const sumOfParts = (text: string): bigint | string => {
  let sum = 0n;
  PART.lastIndex = 0;
  while (PART.lastIndex < text.length) {
    const [, whole = '', fraction = '', unit = ''] = PART.exec(text) ?? [];
    if (whole === '' && fraction === '') return EXAMPLE;
    const nanoseconds = NANOSECONDS.get(unit);
    if (unit === '') return `a unit is missing after ${whole}${fraction && `.${fraction}`}; ${EXAMPLE}`;
    if (nanoseconds === undefined) return `${JSON.stringify(unit)} is no unit; the units are ns, us, ms, s, m and h`;
    sum += BigInt(whole) * nanoseconds + fractionOf(fraction, nanoseconds);
  }
  return sum;
};

// Fractions of a nanosecond are truncated, not rounded.
const fractionOf = (digits: string, unit: bigint): bigint => (BigInt(digits) * unit) / 10n ** BigInt(digits.length);

/** Go keeps a duration in 64 bits of nanoseconds. */
const inRange = (nanoseconds: bigint, text: string): ParsedDuration =>
  BigInt.asIntN(64, nanoseconds) === nanoseconds
    ? { milliseconds: Number(nanoseconds / 1_000_000n) + Number(nanoseconds % 1_000_000n) / 1e6 }
    : { error: `${JSON.stringify(text)} is longer than a duration can be (about 292 years)` };

/** As Go prints a duration: "1h30m0s", "1.5s", "500ms", "0s". */
export const formatGoDuration = (milliseconds: number): string => {
  const whole = Math.trunc(Math.abs(milliseconds));
  const nanoseconds = BigInt(whole) * 1_000_000n + BigInt(Math.round((Math.abs(milliseconds) - whole) * 1e6));
  const sign = milliseconds < 0 ? '-' : '';
  if (nanoseconds === 0n) return '0s';
  if (nanoseconds < 1_000n) return `${sign}${nanoseconds}ns`;
  if (nanoseconds < 1_000_000n) return `${sign}${decimal(nanoseconds, 1_000n)}µs`;
  if (nanoseconds < 1_000_000_000n) return `${sign}${decimal(nanoseconds, 1_000_000n)}ms`;
  return sign + hoursMinutesSeconds(nanoseconds);
};

const hoursMinutesSeconds = (nanoseconds: bigint): string => {
  const hours = nanoseconds / 3_600_000_000_000n;
  const minutes = (nanoseconds / 60_000_000_000n) % 60n;
  const seconds = `${decimal(nanoseconds % 60_000_000_000n, 1_000_000_000n)}s`;
  if (hours > 0n) return `${hours}h${minutes}m${seconds}`;
  return minutes > 0n ? `${minutes}m${seconds}` : seconds;
};

const decimal = (nanoseconds: bigint, unit: bigint): string => {
  const fraction = String(nanoseconds % unit).padStart(String(unit).length - 1, '0');
  return `${nanoseconds / unit}${`.${fraction}`.replace(/(?<![.0])\.?0+$/, '')}`;
};
