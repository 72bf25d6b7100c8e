import type { DynamicConfig } from '../../core/model.ts';
import type { PrometheusConfig } from '../../core/static-model.ts';
import { isInternal } from './is-internal.ts';
import { ExchangeFamily } from './metrics/exchange-family.ts';
import {
  CONNECTIONS,
  ENTRY_POINT_HELP,
  LAST_RELOAD,
  RELOADS,
  RETRIES,
  ROUTER_HELP,
  SERVER_UP,
  SERVICE_HELP,
} from './metrics/help.ts';
import { labelValue } from './metrics/labels.ts';
import { metricText, type Row } from './metrics/text.ts';
import type { ExchangeRecord } from './record.ts';

export type Metrics = {
  exchangeEnded(record: ExchangeRecord): void;
  connectionOpened(entryPoint: string): void;
  connectionClosed(entryPoint: string): void;
  /** `at` in milliseconds since the epoch. Series of items missing in `config` are removed after the next scrape. */
  configReloaded(ok: boolean, at: number, config?: DynamicConfig): void;
  serverStatus(service: string, url: string, up: boolean): void;
  render(): Promise<{ readonly contentType: string; readonly body: string }>;
};

const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8; escaping=underscores';

export const noMetrics = (): Metrics => ({
  exchangeEnded() {},
  connectionOpened() {},
  connectionClosed() {},
  configReloaded() {},
  serverStatus() {},
  render: async () => ({ contentType: CONTENT_TYPE, body: '' }),
});

/** `entryPoints` are shown from the start, with 0 open connections. */
export const createMetrics = (config: PrometheusConfig, entryPoints: Iterable<string>): Metrics =>
  new TraefikMetrics(config, entryPoints);

class TraefikMetrics implements Metrics {
  readonly #config: PrometheusConfig;
  readonly #entryPoints: ExchangeFamily;
  readonly #routers: ExchangeFamily;
  readonly #services: ExchangeFamily;
  readonly #connections = new Map<string, number>();
  readonly #retries = new Map<string, number>();
  readonly #servers = new Map<string, Map<string, boolean>>();
  #reloads = 0;
  #reloadedAt = 0;
  #current: DynamicConfig | undefined;

  constructor(config: PrometheusConfig, entryPoints: Iterable<string>) {
    this.#config = config;
    this.#entryPoints = new ExchangeFamily('traefik_entrypoint_', ENTRY_POINT_HELP, config.buckets);
    this.#routers = new ExchangeFamily('traefik_router_', ROUTER_HELP, config.buckets);
    this.#services = new ExchangeFamily('traefik_service_', SERVICE_HELP, config.buckets);
    for (const name of entryPoints) this.#connections.set(name, 0);
  }

  /** Traefik counts responses at their end. Aborted ones, such as event streams that a client leaves, do not count. */
  exchangeEnded(record: ExchangeRecord): void {
    if (isInternal(record) || record.cut) return;
    const { addEntryPointsLabels, addRoutersLabels, addServicesLabels } = this.#config;
    if (addEntryPointsLabels) {
      const labels = `entrypoint="${labelValue(record.entryPoint)}"`;
      this.#entryPoints.observe(record, { name: record.entryPoint, labels });
    }
    if (addRoutersLabels && record.router !== undefined) this.#countRouter(record, record.router);
    // Traefik counts at the server: a response of the router itself belongs to no service.
    if (addServicesLabels && record.serverUrl !== undefined) this.#countService(record);
  }

  connectionOpened(entryPoint: string): void {
    this.#connections.set(entryPoint, (this.#connections.get(entryPoint) ?? 0) + 1);
  }

  connectionClosed(entryPoint: string): void {
    this.#connections.set(entryPoint, (this.#connections.get(entryPoint) ?? 1) - 1);
  }

  /** Traefik only counts applied configurations, not refused ones. */
  configReloaded(ok: boolean, at: number, config?: DynamicConfig): void {
    if (!ok) return;
    this.#reloads++;
    this.#reloadedAt = at;
    if (config !== undefined) this.#current = config;
  }

  serverStatus(service: string, url: string, up: boolean): void {
    const servers = this.#servers.get(service);
    if (servers) servers.set(url, up);
    else this.#servers.set(service, new Map([[url, up]]));
  }

  async render(): Promise<{ contentType: string; body: string }> {
    const body = (await processText()) + this.#text();
    if (this.#current !== undefined) this.#forget(this.#current);
    return { contentType: CONTENT_TYPE, body };
  }

  #countRouter(record: ExchangeRecord, router: string): void {
    const service = record.steps[0]?.service ?? record.service ?? '';
    const labels = `router="${labelValue(router)}",service="${labelValue(service)}"`;
    this.#routers.observe(record, { name: router, labels });
  }

  #countService(record: ExchangeRecord): void {
    const service = record.steps.at(-1)?.service ?? record.service ?? '';
    this.#services.observe(record, { name: service, labels: serviceLabel(service) });
    if (record.retries > 0) this.#retries.set(service, (this.#retries.get(service) ?? 0) + record.retries);
  }

  #text(): string {
    return [
      metricText({ ...LAST_RELOAD, rows: [{ labels: '', value: Math.floor(this.#reloadedAt / 1000) }] }),
      metricText({ ...RELOADS, rows: [{ labels: '', value: this.#reloads }] }),
      this.#entryPoints.text(),
      metricText({ ...CONNECTIONS, rows: [...this.#connections].map(connectionRow) }),
      this.#routers.text(),
      this.#services.text(),
      metricText({
        ...RETRIES,
        rows: [...this.#retries].map(([name, value]) => ({ labels: serviceLabel(name), value })),
      }),
      metricText({ ...SERVER_UP, rows: this.#config.addServicesLabels ? this.#serverRows() : [] }),
    ].join('');
  }

  #serverRows(): Row[] {
    return [...this.#servers].flatMap(([service, servers]) =>
      [...servers].map(([url, up]) => ({
        labels: `${serviceLabel(service)},url="${labelValue(url)}"`,
        value: Number(up),
      })),
    );
  }

  /** Items removed by a reload have been scraped once more by now. */
  #forget(config: DynamicConfig): void {
    this.#routers.forgetUnless((name) => config.routers.has(name));
    this.#services.forgetUnless((name) => config.services.has(name));
    for (const service of this.#retries.keys()) if (!config.services.has(service)) this.#retries.delete(service);
    for (const [service, servers] of this.#servers) {
      const now = config.services.get(service);
      const urls = new Set(now?.kind === 'loadBalancer' ? now.servers.map((server) => server.url) : []);
      for (const url of servers.keys()) if (!urls.has(url)) servers.delete(url);
      if (servers.size === 0) this.#servers.delete(service);
    }
  }
}

const serviceLabel = (service: string): string => `service="${labelValue(service)}"`;

const connectionRow = ([name, value]: readonly [string, number]): Row => ({
  labels: `entrypoint="${labelValue(name)}",protocol="TCP"`,
  value,
});

let runtime: Promise<{ metrics(): Promise<string> }> | undefined;

/** Process and runtime metrics of prom-client; loaded by the first scrape, not at start. */
const processText = async (): Promise<string> => {
  runtime ??= import('prom-client').then(({ Registry, collectDefaultMetrics }) => {
    const register = new Registry();
    collectDefaultMetrics({ register });
    return register;
  });
  return (await runtime).metrics();
};
