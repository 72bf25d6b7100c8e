import { writtenName } from '../../../../shared/traefik/qualified-name.ts';
import type {
  CookieConfig,
  FailoverConfig,
  HealthCheckConfig,
  LoadBalancerConfig,
  ServiceConfig,
  WeightedConfig,
} from '../../../core/model.ts';
import { duration, omitEmpty, sortedObject } from './encode.ts';

export const representService = (service: ServiceConfig): Record<string, unknown> => {
  if (service.kind === 'loadBalancer') return { loadBalancer: loadBalancer(service) };
  return service.kind === 'weighted' ? { weighted: weighted(service) } : { failover: failover(service) };
};

const loadBalancer = (service: LoadBalancerConfig): object => ({
  ...omitEmpty({
    sticky: sticky(service.sticky),
    servers: service.servers.map((server) => ({
      url: server.url,
      // Only printed when the file sets it; the default is 1.
      ...(server.weight === 1 ? {} : { weight: server.weight }),
      ...omitEmpty({ preservePath: server.preservePath }),
    })),
    strategy: service.strategy,
    healthCheck: service.healthCheck && healthCheck(service.healthCheck),
  }),
  passHostHeader: service.passHostHeader,
  responseForwarding: omitEmpty({ flushInterval: duration(service.flushInterval) }),
  ...omitEmpty({ serversTransport: service.serversTransport }),
});

const weighted = (service: WeightedConfig): object =>
  omitEmpty({
    services: service.services.map((child) => ({ name: writtenName(child.name), weight: child.weight })),
    sticky: sticky(service.sticky),
    healthCheck: service.healthCheck && {},
  });

const failover = (service: FailoverConfig): object =>
  omitEmpty({
    service: writtenName(service.service),
    fallback: writtenName(service.fallback),
    healthCheck: service.healthCheck && {},
  });

const sticky = (cookie: CookieConfig | undefined): object | undefined => {
  if (cookie === undefined) return undefined;
  const { at: _, ...attributes } = cookie;
  return { cookie: omitEmpty(attributes) };
};

const healthCheck = (check: HealthCheckConfig): object => ({
  ...omitEmpty({
    scheme: check.scheme,
    mode: check.mode,
    path: check.path,
    method: check.method,
    status: check.status,
    port: check.port,
    interval: duration(check.interval),
    unhealthyInterval: check.unhealthyInterval !== check.interval && duration(check.unhealthyInterval),
    timeout: duration(check.timeout),
    hostname: check.hostname,
  }),
  followRedirects: check.followRedirects,
  ...omitEmpty({ headers: sortedObject(check.headers) }),
});
