/** Prometheus' text format. A row's labels are already text: `code="200",method="GET"`. */
export type Row = { readonly labels: string; readonly value: number };
export type Histogram = {
  readonly labels: string;
  /** Observations per bucket, not cumulative; the last entry counts those above all buckets. */
  readonly counts: readonly number[];
  readonly sum: number;
};
type Named = { readonly name: string; readonly help: string };

/** As in Traefik, a metric without rows is omitted. */
export const metricText = (metric: Named & { type: 'counter' | 'gauge'; rows: readonly Row[] }): string =>
  metric.rows.length === 0
    ? ''
    : head(metric, metric.type) +
      sorted(metric.rows)
        .map((row) => sample(metric.name, row.labels, row.value))
        .join('');

export const histogramText = (metric: Named & { bounds: readonly number[]; rows: readonly Histogram[] }): string =>
  metric.rows.length === 0
    ? ''
    : head(metric, 'histogram') +
      sorted(metric.rows)
        .map((row) => histogramSamples(metric.name, metric.bounds, row))
        .join('');

const histogramSamples = (name: string, bounds: readonly number[], { labels, counts, sum }: Histogram): string => {
  let count = 0;
  const buckets = counts.map((more, index) => {
    count += more;
    return sample(`${name}_bucket`, `${labels},le="${bounds[index] ?? '+Inf'}"`, count);
  });
  return buckets.join('') + sample(`${name}_sum`, labels, sum) + sample(`${name}_count`, labels, count);
};

const head = ({ name, help }: Named, type: string): string => `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`;

const sample = (name: string, labels: string, value: number): string =>
  `${name}${labels === '' ? '' : `{${labels}}`} ${value}\n`;

const sorted = <T extends { readonly labels: string }>(rows: readonly T[]): T[] =>
  [...rows].sort((a, b) => (a.labels < b.labels ? -1 : 1));
