import type { ExchangeRecord } from '../record.ts';
import { tlsVersionName } from '../tls-name.ts';
import { labelValue, methodLabel, protocolLabel } from './labels.ts';
import { histogramText, metricText } from './text.ts';

/** The five metrics that Traefik has for entry points, routers and services. */
export type FamilyHelp = {
  readonly requests: string;
  readonly tls: string;
  readonly duration: string;
  readonly requestBytes: string;
  readonly responseBytes: string;
};

/** The owner of a series: the name to remove it by, and its own labels. */
export type Owner = { readonly name: string; readonly labels: string };

type Series = {
  readonly owner: string;
  requests: number;
  seconds: number;
  readonly counts: number[];
  requestBytes: number;
  responseBytes: number;
};

export class ExchangeFamily {
  readonly #prefix: string;
  readonly #help: FamilyHelp;
  readonly #bounds: readonly number[];
  readonly #series = new Map<string, Series>();
  readonly #tls = new Map<string, { readonly owner: string; value: number }>();

  constructor(prefix: string, help: FamilyHelp, bounds: readonly number[]) {
    this.#prefix = prefix;
    this.#help = help;
    this.#bounds = bounds;
  }

  observe(record: ExchangeRecord, owner: Owner): void {
    const series = this.#seriesOf(record, owner);
    const seconds = record.duration / 1000;
    series.requests++;
    series.seconds += seconds;
    series.counts[this.#bucketOf(seconds)]! += 1;
    series.requestBytes += record.requestBytes;
    series.responseBytes += record.responseBytes;
    if (record.tls) this.#countTls(record.tls, owner);
  }

  forgetUnless(isKnown: (owner: string) => boolean): void {
    for (const series of [this.#series, this.#tls])
      for (const [labels, { owner }] of series) if (!isKnown(owner)) series.delete(labels);
  }

  text(): string {
    const [prefix, help] = [this.#prefix, this.#help];
    const series = [...this.#series].map(([labels, values]) => ({ labels, ...values, sum: values.seconds }));
    const tls = [...this.#tls].map(([labels, { value }]) => ({ labels, value }));
    const counter = (name: string, text: string, read: (values: Series) => number): string => {
      const rows = series.map((values) => ({ labels: values.labels, value: read(values) }));
      return metricText({ name: prefix + name, help: text, type: 'counter', rows });
    };
    return (
      histogramText({
        name: `${prefix}request_duration_seconds`,
        help: help.duration,
        bounds: this.#bounds,
        rows: series,
      }) +
      counter('requests_bytes_total', help.requestBytes, (values) => values.requestBytes) +
      metricText({ name: `${prefix}requests_tls_total`, help: help.tls, type: 'counter', rows: tls }) +
      counter('requests_total', help.requests, (values) => values.requests) +
      counter('responses_bytes_total', help.responseBytes, (values) => values.responseBytes)
    );
  }

  #seriesOf(record: ExchangeRecord, owner: Owner): Series {
    const method = methodLabel(record.method);
    const labels = `code="${record.status}",method="${method}",protocol="${protocolLabel(record)}",${owner.labels}`;
    const known = this.#series.get(labels);
    if (known !== undefined) return known;
    const counts = new Array<number>(this.#bounds.length + 1).fill(0);
    const made = { owner: owner.name, requests: 0, seconds: 0, counts, requestBytes: 0, responseBytes: 0 };
    this.#series.set(labels, made);
    return made;
  }

  #bucketOf(seconds: number): number {
    const index = this.#bounds.findIndex((bound) => seconds <= bound);
    return index === -1 ? this.#bounds.length : index;
  }

  #countTls(tls: NonNullable<ExchangeRecord['tls']>, owner: Owner): void {
    const version = labelValue(tlsVersionName(tls.version));
    const labels = `${owner.labels},tls_cipher="${labelValue(tls.cipher)}",tls_version="${version}"`;
    const known = this.#tls.get(labels);
    if (known) known.value++;
    else this.#tls.set(labels, { owner: owner.name, value: 1 });
  }
}
