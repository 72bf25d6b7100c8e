import type { Log } from '../../../shared/log.ts';
import type { HealthCheckConfig } from '../../core/model.ts';
import type { Health, Probe, ProbeTls } from './probe.ts';
import { type ProbeRequest, probeRequest } from './probe-request.ts';

/** Repeats an action until the returned function is called. */
export type Every = (milliseconds: number, run: () => void) => () => void;

export type CheckDeps = {
  readonly probe: Probe;
  readonly every: Every;
  readonly log: Log;
  /** Called after every check, including the first. */
  readonly onChecked: (service: string, url: string, up: boolean) => void;
};

export type CheckSettings = { readonly service: string; readonly check: HealthCheckConfig; readonly tls: ProbeTls };

type Server = {
  readonly url: string;
  readonly request: ProbeRequest | { readonly error: string };
  /** undefined: up. */
  down: string | undefined;
  probing: AbortController | undefined;
};

/**
 * The health of one load balancer's servers, until its settings change. Servers that are up and servers that are down
 * have separate intervals; the first check is after one interval, and all count as up until then. Traefik checks servers
 * one after the other; here a slow one does not delay the others.
 */
export class ServiceCheck {
  readonly #settings: CheckSettings;
  readonly #deps: CheckDeps;
  readonly #servers = new Map<string, Server>();
  readonly #rhythms: readonly (() => void)[];

  constructor(settings: CheckSettings, deps: CheckDeps) {
    this.#settings = settings;
    this.#deps = deps;
    const { interval, unhealthyInterval } = settings.check;
    this.#rhythms = [
      deps.every(interval, () => this.#round((server) => server.down === undefined)),
      deps.every(unhealthyInterval, () => this.#round((server) => server.down !== undefined)),
    ];
  }

  /** Remaining servers keep their status and their probe. */
  setServers(urls: readonly string[]): void {
    const wanted = new Set(urls);
    for (const server of this.#servers.values()) if (!wanted.has(server.url)) this.#forget(server);
    for (const url of wanted) {
      if (this.#servers.has(url)) continue;
      const request = probeRequest(url, this.#settings.check);
      this.#servers.set(url, { url, request, down: undefined, probing: undefined });
    }
  }

  isUp(url: string): boolean {
    return this.#servers.get(url)?.down === undefined;
  }

  close(): void {
    for (const stop of this.#rhythms) stop();
    for (const server of this.#servers.values()) this.#forget(server);
  }

  #forget(server: Server): void {
    this.#servers.delete(server.url);
    server.probing?.abort();
  }

  #round(which: (server: Server) => boolean): void {
    for (const server of this.#servers.values())
      if (server.probing === undefined && which(server))
        this.#look(server).catch((err) => this.#deps.log.error({ err }, 'unexpected error in a health check'));
  }

  async #look(server: Server): Promise<void> {
    const probing = new AbortController();
    server.probing = probing;
    const health = await this.#ask(server.request, probing.signal);
    if (probing.signal.aborted) return;
    server.probing = undefined;
    this.#note(server, health);
  }

  /** An exception in a probe counts as a failed check. */
  async #ask(request: Server['request'], signal: AbortSignal): Promise<Health> {
    if ('error' in request) return { up: false, reason: request.error };
    const { check, tls } = this.#settings;
    const { status, timeout, followRedirects } = check;
    try {
      return await this.#deps.probe({ request, status, timeout, followRedirects, tls }, signal);
    } catch (error) {
      return { up: false, reason: String(error) };
    }
  }

  #note(server: Server, health: Health): void {
    const { log, onChecked } = this.#deps;
    const before = server.down;
    server.down = health.up ? undefined : `checking HTTP health: ${health.reason}`;
    const about = { serviceName: this.#settings.service, targetURL: server.url };
    // Traefik repeats the warning at every check; here it is logged when the reason changes.
    if (server.down !== undefined && server.down !== before)
      log.warn({ ...about, error: server.down }, 'Health check failed.');
    if (server.down === undefined && before !== undefined) log.info(about, `Setting status of ${server.url} to UP`);
    onChecked(this.#settings.service, server.url, health.up);
  }
}
