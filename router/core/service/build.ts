import { writtenName } from '../../../shared/traefik/qualified-name.ts';
import type { DynamicConfig, FailoverConfig, LoadBalancerConfig, ServiceConfig, WeightedConfig } from '../model.ts';
import { createFailover } from './failover.ts';
import { createLoadBalancer } from './load-balancer.ts';
import type { Service } from './service.ts';
import type { ServerStatusView } from './status.ts';
import { createWeighted } from './weighted.ts';

export type ServiceDeps = { readonly random: () => number; readonly status: ServerStatusView };

/** The result for each service. One with an error does not exist, and routers that use it are left out. */
export type BuiltServices = {
  readonly services: ReadonlyMap<string, Service>;
  readonly errors: ReadonlyMap<string, readonly string[]>;
};

export const buildServices = (config: DynamicConfig, deps: ServiceDeps): BuiltServices => {
  const builder = new Builder(config, deps);
  for (const name of config.services.keys()) builder.build(name, []);
  return builder;
};

type Built = { readonly service: Service } | { readonly error: string };

/** Traefik's default transport, which a file may also name. */
const DEFAULT_TRANSPORT = 'default@internal';
const STRATEGY_NAME = { wrr: 'WRR', p2c: 'P2C', hrw: 'HRW', leasttime: 'LeastTime' } as const;

class Builder implements BuiltServices {
  readonly services = new Map<string, Service>();
  readonly errors = new Map<string, string[]>();
  readonly #config: DynamicConfig;
  readonly #deps: ServiceDeps;

  constructor(config: DynamicConfig, deps: ServiceDeps) {
    this.#config = config;
    this.#deps = deps;
  }

  /** `path` holds the services being built, outermost first. Each level that fails records its own error. */
  build(name: string, path: readonly string[]): Built {
    const known = this.services.get(name);
    if (known !== undefined) return { service: known };
    const config = this.#config.services.get(name);
    if (config === undefined) return { error: `the service "${name}" does not exist` };
    const failed = this.errors.get(name);
    if (failed !== undefined) return { error: failed.join(', ') };
    const built = path.includes(name) ? recursion(name, path) : this.#make(config, [...path, name]);
    if ('service' in built) this.services.set(name, built.service);
    else this.errors.set(name, [...(this.errors.get(name) ?? []), built.error]);
    return built;
  }

  #make(config: ServiceConfig, path: readonly string[]): Built {
    if (config.kind === 'loadBalancer') return this.#loadBalancer(config);
    return config.kind === 'weighted' ? this.#weighted(config, path) : this.#failover(config, path);
  }

  #loadBalancer(config: LoadBalancerConfig): Built {
    const { servers, serversTransport: transport } = config;
    const bad = servers.find(({ url }) => !URL.canParse(url));
    if (bad) return { error: `error parsing server URL ${bad.url}: not an absolute URL` };
    if (transport === undefined || transport === DEFAULT_TRANSPORT || this.#config.serversTransports.has(transport))
      return { service: createLoadBalancer(config, this.#deps) };
    const missing = `getting RoundTripper: servers transport not found ${transport}`;
    if (servers[0]) return { error: `error building proxy for server URL ${servers[0].url}: ${missing}` };
    return config.healthCheck ? { error: missing } : { service: createLoadBalancer(config, this.#deps) };
  }

  #weighted(config: WeightedConfig, path: readonly string[]): Built {
    const children = [];
    for (const { name, written, weight } of config.services) {
      const built = this.build(name, path);
      if ('error' in built) return { error: `building HTTP service "${written}": ${built.error}` };
      const objection = config.healthCheck ? this.#cannotReport(name, { child: written, to: config.name }) : undefined;
      if (objection !== undefined) return { error: objection };
      children.push({ written, weight, service: built.service });
    }
    return { service: createWeighted(config, children, this.#deps.random) };
  }

  #failover(config: FailoverConfig, path: readonly string[]): Built {
    const { name, service, fallback } = config;
    const main = this.build(service, path);
    if ('error' in main) return main;
    const objection = this.#cannotReport(service, { child: writtenName(service), to: name });
    if (objection !== undefined) return { error: objection };
    const second = this.build(fallback, path);
    if ('error' in second) return second;
    const also = config.healthCheck && this.#cannotReport(fallback, { child: writtenName(fallback), to: name });
    return also ? { error: also } : { service: createFailover(config, main.service, second.service) };
  }

  /** A parent with a health check needs children with health checks, at every level. */
  #cannotReport(name: string, { child, to }: { child: string; to: string }): string | undefined {
    const config = this.#config.services.get(name)!;
    if (config.healthCheck) return undefined;
    const kind = config.kind === 'loadBalancer' ? STRATEGY_NAME[config.strategy] : config.kind;
    const shown = kind === 'weighted' ? 'WRR' : kind;
    return `cannot register ${child} as updater for ${to}: healthCheck not enabled in config for this ${shown} service`;
  }
}

const recursion = (name: string, path: readonly string[]): Built => {
  const way = [...path, name].map((one) => `service:${one}`).join('->');
  return { error: `could not instantiate service ${name}: recursion detected in ${way}` };
};
