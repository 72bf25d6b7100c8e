import type { Log } from '../../shared/log.ts';
import type { DynamicConfig, HealthCheckConfig, LoadBalancerConfig } from '../config/model.ts';
import { type Probe, type ProbeTls, probe } from './probe.ts';

export type HealthDeps = {
  readonly log: Log;
  /** How to speak TLS to the servers of a transport. */
  readonly tlsOf: (transport: string | undefined) => ProbeTls;
  /** Told after every check, the first included. */
  readonly onChecked: (service: string, url: string, up: boolean) => void;
};

export type HealthMonitor = {
  /** Servers whose URL and check did not change keep their status; new ones count as up until they are checked. */
  update(config: DynamicConfig): void;
  isUp(service: string, url: string): boolean;
  /** By URL; undefined for a service that is not a load balancer. */
  snapshot(service: string): ReadonlyMap<string, boolean> | undefined;
  close(): void;
};

type Watched = { readonly what: Probe; up: boolean; busy: boolean };
type Checked = {
  readonly config: string;
  readonly servers: Map<string, Watched>;
  readonly timers: NodeJS.Timeout[];
  readonly ending: AbortController;
};

export const createHealthMonitor = (deps: HealthDeps): HealthMonitor => {
  const checked = new Map<string, Checked>();
  let balancers: ReadonlyMap<string, LoadBalancerConfig> = new Map();

  const isUp = (service: string, url: string): boolean => checked.get(service)?.servers.get(url)?.up ?? true;
  const stop = (name: string): void => {
    const one = checked.get(name);
    checked.delete(name);
    one?.ending.abort();
    for (const timer of one?.timers ?? []) clearInterval(timer);
  };

  return {
    isUp,
    update(config) {
      balancers = new Map(
        [...config.services.values()].flatMap((one) => (one.kind === 'loadBalancer' ? [[one.name, one] as const] : [])),
      );
      for (const name of checked.keys()) if (!balancers.get(name)?.healthCheck) stop(name);
      for (const balancer of balancers.values()) {
        const { healthCheck } = balancer;
        if (!healthCheck) continue;
        const before = checked.get(balancer.name);
        const text = JSON.stringify([
          healthCheck,
          [...healthCheck.headers],
          balancer.serversTransport,
          balancer.servers.map(({ url }) => url),
        ]);
        if (before?.config === text) continue;
        stop(balancer.name);
        checked.set(balancer.name, watch(balancer, healthCheck, { text, before, deps }));
      }
    },
    snapshot(service) {
      const balancer = balancers.get(service);
      return balancer && new Map(balancer.servers.map(({ url }) => [url, isUp(service, url)]));
    },
    close() {
      for (const name of [...checked.keys()]) stop(name);
    },
  };
};

type Setting = { readonly text: string; readonly before: Checked | undefined; readonly deps: HealthDeps };

const watch = (balancer: LoadBalancerConfig, check: HealthCheckConfig, { text, before, deps }: Setting): Checked => {
  const ending = new AbortController();
  const servers = new Map<string, Watched>();
  for (const { url } of balancer.servers) {
    if (!URL.canParse(url)) continue;
    const what = probeOf(url, check, deps.tlsOf(balancer.serversTransport));
    const known = before?.servers.get(url);
    const same = known !== undefined && JSON.stringify(known.what) === JSON.stringify(what);
    servers.set(url, { what, up: same ? known.up : true, busy: false });
  }
  // Like Traefik, healthy and unhealthy servers are looked at in rhythms of their own.
  const round = (up: boolean): void => {
    for (const [url, server] of servers)
      if (server.up === up && !server.busy) void look(server, { service: balancer.name, url, deps, ending });
  };
  const timers = [setInterval(round, check.interval, true), setInterval(round, check.unhealthyInterval, false)];
  for (const timer of timers) timer.unref();
  return { config: text, servers, timers, ending };
};

type Look = {
  readonly service: string;
  readonly url: string;
  readonly deps: HealthDeps;
  readonly ending: AbortController;
};

const look = async (server: Watched, { service, url, deps, ending }: Look): Promise<void> => {
  server.busy = true;
  const health = await probe(server.what, ending.signal);
  server.busy = false;
  if (ending.signal.aborted) return;
  if (!health.up) deps.log.warn({ service, targetURL: url, error: health.reason }, 'Health check failed.');
  else if (!server.up) deps.log.info({ service, targetURL: url }, 'Health check succeeded again.');
  server.up = health.up;
  deps.onChecked(service, url, health.up);
};

const probeOf = (server: string, check: HealthCheckConfig, tls: ProbeTls): Probe => {
  const url = new URL(check.path, server);
  if (check.scheme !== '') url.protocol = `${check.scheme}:`;
  if (check.port !== 0) url.port = String(check.port);
  const headers: Record<string, string> = { 'user-agent': 'mooring', ...Object.fromEntries(check.headers) };
  if (check.hostname !== '') headers.host = check.hostname;
  return {
    url,
    method: check.method || 'GET',
    headers,
    status: check.status,
    timeout: check.timeout,
    followRedirects: check.followRedirects,
    tls,
  };
};
