import type { DynamicConfig, LoadBalancerConfig, ServiceConfig } from '../config/model.ts';
import { createFailover } from './failover.ts';
import { createLoadBalancer, type ServiceDeps } from './load-balancer.ts';
import type { Service } from './service.ts';
import { createWeighted } from './weighted.ts';

export type Services = {
  readonly services: ReadonlyMap<string, Service>;
  /** In Traefik's words; a router that leads to one of these is left out. */
  readonly errors: ReadonlyMap<string, readonly string[]>;
};

/** Every service of the file, children before parents. */
export const buildServices = (config: DynamicConfig, deps: ServiceDeps): Services => new Builder(config, deps).all();

class Builder {
  readonly #config: DynamicConfig;
  readonly #deps: ServiceDeps;
  readonly #services = new Map<string, Service>();
  readonly #errors = new Map<string, readonly string[]>();

  constructor(config: DynamicConfig, deps: ServiceDeps) {
    this.#config = config;
    this.#deps = deps;
  }

  all(): Services {
    for (const name of this.#config.services.keys()) this.#get(name, []);
    return { services: this.#services, errors: this.#errors };
  }

  #get(name: string, above: readonly string[]): Service | { readonly error: string } {
    const known = this.#services.get(name);
    if (known !== undefined) return known;
    const failed = this.#errors.get(name);
    if (failed !== undefined) return { error: failed.join(', ') };
    const config = this.#config.services.get(name);
    if (config === undefined) return { error: `the service "${name}" does not exist` };
    const path = [...above, name];
    if (above.includes(name))
      return { error: `could not instantiate service ${name}: recursion detected in ${path.join('->')}` };
    const made = this.#make(config, path);
    if ('error' in made) this.#errors.set(name, [made.error]);
    else this.#services.set(name, made);
    return made;
  }

  #make(config: ServiceConfig, path: readonly string[]): Service | { readonly error: string } {
    if (config.kind === 'loadBalancer') return this.#loadBalancer(config);
    const names =
      config.kind === 'weighted' ? config.services.map(({ name }) => name) : [config.service, config.fallback];
    const children = new Map<string, Service>();
    for (const name of names) {
      const child = this.#get(name, path);
      if ('error' in child) return child;
      children.set(name, child);
    }
    if (config.kind === 'weighted') {
      const silent = config.healthCheck ? names.find((name) => !this.#reports(name)) : undefined;
      if (silent !== undefined) return cannotRegister(silent, config.name);
      return createWeighted(config, children, this.#deps.random);
    }
    const silent = [config.service, ...(config.healthCheck ? [config.fallback] : [])].find(
      (name) => !this.#reports(name),
    );
    if (silent !== undefined) return cannotRegister(silent, config.name);
    return createFailover(config, children.get(config.service)!, children.get(config.fallback)!);
  }

  #loadBalancer(config: LoadBalancerConfig): Service | { readonly error: string } {
    const { serversTransport } = config;
    if (serversTransport !== undefined && !this.#config.serversTransports.has(serversTransport))
      return { error: `servers transport not found ${serversTransport}` };
    const bad = config.servers.find(({ url }) => !URL.canParse(url));
    if (bad !== undefined) return { error: `error parsing server URL ${bad.url}` };
    return createLoadBalancer(config, this.#deps);
  }

  /** Only a service with a health check tells its parents of a change. */
  #reports(name: string): boolean {
    const config = this.#config.services.get(name);
    return config !== undefined && Boolean(config.healthCheck);
  }
}

const cannotRegister = (child: string, parent: string): { readonly error: string } => ({
  error: `cannot register ${child} as updater for ${parent}: healthCheck not enabled in config for this service`,
});
