import type { DynamicConfig, LoadBalancerConfig } from '../../core/model.ts';
import { servicesInUse } from '../../core/service/in-use.ts';
import type { ServerStatusView } from '../../core/service/status.ts';
import { type Probe, type ProbeTls, probe } from './probe.ts';
import { type CheckDeps, type Every, ServiceCheck } from './service-check.ts';

export type HealthDeps = Pick<CheckDeps, 'log' | 'onChecked'> & {
  /** The TLS options for the servers of a transport. */
  readonly tlsOf: (transport: string | undefined) => ProbeTls;
  readonly probe?: Probe;
  readonly every?: Every;
};

export type HealthMonitor = ServerStatusView & {
  /** Servers with unchanged URL and check keep their status; others count as up until they are checked. */
  update(config: DynamicConfig): void;
  /** By URL; undefined for services that are not load balancers, or not used by a router. */
  snapshot(service: string): ReadonlyMap<string, boolean> | undefined;
  close(): void;
};

/** A check continues across reloads while its settings are the same. */
type Kept = { readonly settings: string; readonly check: ServiceCheck };

const LONGEST_INTERVAL = 2 ** 31 - 1;

/** Checks every server of every load balancer in use, at the configured interval. */
export const createHealthMonitor = (deps: HealthDeps): HealthMonitor => {
  const { log, onChecked } = deps;
  const checkDeps: CheckDeps = { log, onChecked, probe: deps.probe ?? probe, every: deps.every ?? everyInterval };
  const kept = new Map<string, Kept>();
  let balancers: ReadonlyMap<string, LoadBalancerConfig> = new Map();

  const isUp = (service: string, url: string): boolean => kept.get(service)?.check.isUp(url) ?? true;
  const stop = (name: string): void => {
    kept.get(name)?.check.close();
    kept.delete(name);
  };
  const keep = ({ name, healthCheck, serversTransport, servers }: LoadBalancerConfig): void => {
    if (healthCheck === undefined) return stop(name);
    const tls = deps.tlsOf(serversTransport);
    const settings = JSON.stringify([{ ...healthCheck, headers: [...healthCheck.headers] }, tls]);
    if (kept.get(name)?.settings !== settings) {
      stop(name);
      kept.set(name, { settings, check: new ServiceCheck({ service: name, check: healthCheck, tls }, checkDeps) });
    }
    kept.get(name)!.check.setServers(servers.map(({ url }) => url));
  };

  return {
    isUp,
    update(config) {
      balancers = balancersInUse(config);
      for (const name of [...kept.keys()]) if (!balancers.has(name)) stop(name);
      for (const balancer of balancers.values()) keep(balancer);
    },
    snapshot(service) {
      const balancer = balancers.get(service);
      return balancer && new Map(balancer.servers.map(({ url }) => [url, isUp(service, url)]));
    },
    close() {
      for (const name of [...kept.keys()]) stop(name);
    },
  };
};

const balancersInUse = (config: DynamicConfig): ReadonlyMap<string, LoadBalancerConfig> => {
  const found = new Map<string, LoadBalancerConfig>();
  for (const name of servicesInUse(config)) {
    const service = config.services.get(name);
    if (service?.kind === 'loadBalancer') found.set(name, service);
  }
  return found;
};

/** Health checks must not keep the process alive. */
const everyInterval: Every = (milliseconds, run) => {
  const timer = setInterval(run, Math.min(milliseconds, LONGEST_INTERVAL)).unref();
  return () => clearInterval(timer);
};
