import { hostname } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import type { Log } from '../shared/log.ts';
import { buildTable } from './build-table.ts';
import type { DynamicConfig } from './core/model.ts';
import { trustOf } from './core/request/trust.ts';
import type { EntryPointConfig, StaticConfig } from './core/static-model.ts';
import { completeConfig } from './core/table/compile.ts';
import { NO_ROUTES, type RoutingTable } from './core/table/table.ts';
import type { Arrival } from './http/arrive.ts';
import { Certificates } from './http/certificates.ts';
import { EntryPoint } from './http/entry-point.ts';
import { forward } from './http/forward.ts';
import { type Handling, handle } from './http/handle.ts';
import { createPages } from './http/pages.ts';
import { createProxyPasses } from './http/proxy-passes.ts';
import { upgrade } from './http/upgrade.ts';
import { Upstreams } from './http/upstreams.ts';
import { createHealthMonitor, type HealthMonitor } from './traefik/health/monitor.ts';
import { callAuth } from './traefik/middleware/forward-auth-call.ts';
import { type AccessLog, openAccessLog } from './traefik/observe/access-log.ts';
import { createMetrics, type Metrics, noMetrics } from './traefik/observe/metrics.ts';
import { Observers, type RouterObserver } from './traefik/observe/observers.ts';
import type { RunningState } from './traefik/observe/state.ts';

/** The Traefik version whose behaviour is implemented. */
export const TRAEFIK_VERSION = '3.7.15';

/**
 * A running router: its entry points, the current table, and everything that runs by itself (health checks, connections
 * to servers, logs). `stop` ends all of it.
 */
export class Router {
  readonly #config: StaticConfig;
  readonly #log: Log;
  readonly #entryPoints: EntryPoint[] = [];
  readonly #upstreams: Upstreams;
  readonly #certificates: Certificates;
  readonly #monitor: HealthMonitor;
  readonly #metrics: Metrics;
  readonly #accessLog: AccessLog | undefined;
  readonly #observers: Observers;
  readonly #startedAt = Date.now();
  #table: RoutingTable;
  #stopping = false;

  constructor(config: StaticConfig, dynamic: DynamicConfig, log: Log) {
    this.#config = config;
    this.#log = log;
    this.#upstreams = new Upstreams(log);
    this.#certificates = new Certificates(log);
    this.#metrics = config.prometheus ? createMetrics(config.prometheus, config.entryPoints.keys()) : noMetrics();
    this.#accessLog = config.accessLog && openAccessLog(config.accessLog, log);
    this.#observers = new Observers((error) => log.error({ err: error }, 'observer threw and was removed'));
    this.#monitor = createHealthMonitor({
      log,
      tlsOf: (name) => this.#upstreams.probeTls(name),
      onChecked: (service, url, up) => this.#metrics.serverStatus(service, url, up),
    });
    this.#table = this.apply(dynamic);
  }

  /** Replaces the table for new requests; requests in progress keep theirs. */
  apply(dynamic: DynamicConfig): RoutingTable {
    const config = completeConfig(dynamic, this.#config);
    this.#upstreams.update(config);
    this.#certificates.update(config.certificates);
    this.#monitor.update(config);
    this.#table = buildTable(config, this.#config, {
      random: Math.random,
      status: this.#monitor,
      now: () => performance.now(),
      sleep: (milliseconds, signal) => wait(milliseconds, undefined, { signal }),
      fetchAuth: callAuth,
    });
    this.#metrics.configReloaded(true, Date.now(), config);
    this.#observers.notify((one) => one.reloaded?.(true));
    return this.#table;
  }

  /** Called when a changed configuration cannot be used; the table stays as it is. */
  refused(): void {
    this.#metrics.configReloaded(false, Date.now());
    this.#observers.notify((one) => one.reloaded?.(false));
  }

  /** Reports every exchange and every reload, until the returned function is called. */
  observe(observer: RouterObserver): () => void {
    return this.#observers.add(observer);
  }

  /** The current table, which servers are up, and the static configuration. */
  state(): RunningState & { readonly table: RoutingTable } {
    return {
      static: this.#config,
      table: this.#table,
      serversUp: (service) => this.#monitor.snapshot(service),
      startedAt: this.#startedAt,
      version: TRAEFIK_VERSION,
    };
  }

  get table(): RoutingTable {
    return this.#table;
  }

  /** Listens on every entry point; returns their addresses by name. */
  async listen(): Promise<ReadonlyMap<string, string>> {
    const handling = this.#handling();
    const addresses = new Map<string, string>();
    for (const config of this.#config.entryPoints.values()) {
      const entryPoint = this.#entryPoint(config, handling);
      this.#entryPoints.push(entryPoint);
      const { address, port } = await entryPoint.listen();
      const host = ['::', '0.0.0.0'].includes(address) ? '127.0.0.1' : address.includes(':') ? `[${address}]` : address;
      addresses.set(config.name, `${this.#schemeOf(config)}://${host}:${port}`);
    }
    return addresses;
  }

  /** https if the entry point has TLS, or if all its routes do; otherwise both are accepted. */
  #schemeOf({ name, tls }: EntryPointConfig): 'http' | 'https' {
    const { plain, tls: secured } = this.#table.entryPoints.get(name) ?? NO_ROUTES;
    return tls || (plain.length === 0 && secured.length > 0) ? 'https' : 'http';
  }

  /** As in Traefik: each entry point first goes on accepting for its configured time, then drains. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.all(this.#entryPoints.map((entryPoint) => entryPoint.stop()));
    await this.#end();
  }

  async kill(): Promise<void> {
    this.#stopping = true;
    for (const entryPoint of this.#entryPoints) entryPoint.kill();
    await this.#end();
  }

  /** Closes every client connection, as a network failure would; new ones are accepted as before. */
  cutConnections(): void {
    for (const entryPoint of this.#entryPoints) entryPoint.cutConnections();
  }

  async reopenLogs(): Promise<void> {
    await this.#accessLog?.reopen();
  }

  async #end(): Promise<void> {
    this.#monitor.close();
    this.#upstreams.destroy();
    await this.#accessLog?.close();
  }

  #entryPoint(config: EntryPointConfig, handling: Handling): EntryPoint {
    const common = { entryPoint: config.name, trusts: trustOf(config.forwardedHeaders), hostname: hostname() };
    const arrivals: readonly [Arrival, Arrival] = [
      { ...common, tls: false },
      { ...common, tls: true },
    ];
    return new EntryPoint(config, {
      onRequest: (incoming, { tls }) => handle(arrivals[tls ? 1 : 0], incoming, handling),
      tlsServer: (limits) => this.#certificates.server(limits),
      connections: {
        opened: () => this.#metrics.connectionOpened(config.name),
        closed: () => this.#metrics.connectionClosed(config.name),
      },
      onError: (error) => this.#log.error({ err: error, entryPoint: config.name }, 'entry point'),
    });
  }

  #handling(): Handling {
    const unexpected = (error: unknown): void =>
      this.#log.error({ err: error }, 'unexpected error; the request was aborted');
    const watched = this.#accessLog !== undefined || this.#config.prometheus !== undefined;
    return {
      table: () => this.#table,
      forward: createProxyPasses({
        web: (x) => forward(x, this.#upstreams),
        ws: (x) => upgrade(x, this.#upstreams),
      }),
      serveInternal: createPages({
        state: () => this.state(),
        metrics: this.#metrics,
        terminating: () => this.#stopping,
        unexpected,
      }),
      ended: watched
        ? (record) => {
            this.#accessLog?.exchangeEnded(record);
            this.#metrics.exchangeEnded(record);
          }
        : undefined,
      observers: this.#observers,
      unexpected,
    };
  }
}
