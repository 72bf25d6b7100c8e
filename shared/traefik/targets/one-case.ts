/** Names that stay different for case-insensitive Traefik providers: key stores and labels. */
import type { TraefikDynamic, TraefikRouter, TraefikService } from '../dynamic.ts';

/** `~` is in no id, so the suffix cannot collide with another name; it encodes which letters are capitals. */
export const oneCase = (name: string): string => {
  const capitals = [...name].flatMap((letter, index) => (/[A-Z]/.test(letter) ? [index] : []));
  return capitals.length === 0 ? name : `${name}~${capitals.join('-')}`;
};

export const withOneCase = (dynamic: TraefikDynamic): TraefikDynamic => ({
  ...dynamic,
  http: {
    ...dynamic.http,
    routers: renamed(dynamic.http.routers, (router: TraefikRouter) => ({
      ...router,
      service: oneCase(router.service),
    })),
    services: renamed(dynamic.http.services, serviceWithOneCase),
  },
});

const serviceWithOneCase = (service: TraefikService): TraefikService => {
  if ('loadBalancer' in service) return service;
  if ('weighted' in service) {
    const services = service.weighted.services.map(({ name }) => ({ name: oneCase(name) }));
    return { weighted: { ...service.weighted, services } };
  }
  const { failover } = service;
  return { failover: { service: oneCase(failover.service), fallback: oneCase(failover.fallback) } };
};

const renamed = <T>(parts: Readonly<Record<string, T>>, change: (part: T) => T): Readonly<Record<string, T>> =>
  Object.fromEntries(Object.entries(parts).map(([name, part]) => [oneCase(name), change(part)]));
