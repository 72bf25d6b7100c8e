/** From samples, one per round, to ratios and their table. */
export type Metric = { readonly name: string; readonly unit: string; readonly better: 'more' | 'less' };
/** Figures of one metric by subject, one per round. */
export type Samples = { readonly metric: Metric; readonly bySubject: ReadonlyMap<string, readonly number[]> };

export type Spread = { readonly median: number; readonly min: number; readonly max: number };
export type Row = {
  readonly subject: string;
  readonly value: Spread;
  /** Ratios within each round: if the machine is busy for a while, both figures are affected. */
  readonly toDirect: Spread | undefined;
  readonly toTraefik: Spread | undefined;
};

export const rowsOf = ({ bySubject }: Samples): Row[] =>
  [...bySubject].map(([subject, values]) => ({
    subject,
    value: spread(values),
    toDirect: ratio(values, bySubject.get('direct')),
    toTraefik: ratio(values, bySubject.get('traefik')),
  }));

const ratio = (values: readonly number[], others: readonly number[] | undefined): Spread | undefined =>
  others && spread(values.flatMap((value, round) => (others[round] === undefined ? [] : [value / others[round]])));

export const spread = (values: readonly number[]): Spread => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const median = (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2;
  return { median, min: sorted[0]!, max: sorted.at(-1)! };
};

/** `share` 0.5 is the median, 1 the largest. */
export const quantile = (values: readonly number[], share: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
};

export const tableOf = (all: readonly Samples[]): string => all.map(sectionOf).join('\n');

const sectionOf = (samples: Samples): string => {
  const { name, unit, better } = samples.metric;
  const rows = rowsOf(samples);
  const hasTraefik = samples.bySubject.has('traefik');
  const head = [`${name} (${unit}, ${better} is better)`, 'median', 'to direct', ...(hasTraefik ? ['to Traefik'] : [])];
  const lines = rows.map((row) => [
    `  ${row.subject}`,
    figure(row.value.median),
    ratioText(row.toDirect),
    ...(hasTraefik ? [ratioText(row.toTraefik)] : []),
  ]);
  const text = ([first = '', ...rest]: readonly string[]): string =>
    first.padEnd(FIRST_COLUMN) + rest.map(column).join('');
  return `${[head, ...lines].map(text).join('\n')}\n`;
};

const FIRST_COLUMN = 70;
const column = (text: string): string => text.padStart(20);

const ratioText = (value: Spread | undefined): string =>
  value === undefined ? '-' : `${value.median.toFixed(2)} (${value.min.toFixed(2)}-${value.max.toFixed(2)})`;

export const figure = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));
