import type { Place } from '../../shared/source/place.ts';
import { cookieName } from '../../shared/traefik/cookie-name.ts';
import type { ServiceConfig } from '../core/model.ts';
import type { RunningState } from '../traefik/observe/state.ts';

/** The routing table as a graph of named parts; edges refer to parts by name. */
export type Picture = {
  readonly entryPoints: readonly { readonly name: string; readonly address: string; readonly tls: boolean }[];
  readonly routers: readonly PictureRouter[];
  readonly services: readonly PictureService[];
};

type PictureRouter = {
  readonly name: string;
  readonly rule: string;
  readonly priority: number;
  readonly entryPoints: readonly string[];
  readonly middlewares: readonly string[];
  readonly service: string;
  readonly status: string;
  readonly errors: readonly string[];
  readonly at: string;
};

type PictureService = {
  readonly name: string;
  readonly kind: ServiceConfig['kind'];
  readonly detail: string;
  readonly status: string;
  readonly errors: readonly string[];
  readonly children: readonly string[];
  readonly servers: readonly { readonly url: string; readonly weight: number; readonly at: string }[];
  readonly at: string;
};

export const pictureOf = ({ static: config, table }: Pick<RunningState, 'static' | 'table'>): Picture => ({
  entryPoints: [...config.entryPoints.values()].map(({ name, host, port, tls }) => ({
    name,
    address: `${host}:${port}`,
    tls,
  })),
  routers: [...table.routers.values()]
    .map(({ config: router, status, errors, using }) => ({
      name: router.name,
      rule: router.rule,
      priority: router.priority,
      entryPoints: using,
      middlewares: router.middlewares,
      service: router.service,
      status,
      errors,
      at: placeText(router.at),
    }))
    .sort((a, b) => b.priority - a.priority || (a.name < b.name ? -1 : 1)),
  services: [...table.config.services.values()].map((service) => ({
    name: service.name,
    kind: service.kind,
    detail: detailOf(service),
    status: table.services.get(service.name)?.status ?? 'enabled',
    errors: table.services.get(service.name)?.errors ?? [],
    children: childrenOf(service),
    servers:
      service.kind === 'loadBalancer'
        ? service.servers.map(({ url, weight, at }) => ({ url, weight, at: placeText(at) }))
        : [],
    at: placeText(service.at),
  })),
});

/** Parts that Traefik adds itself are in no file. */
export const placeText = (place: Place | undefined): string =>
  place === undefined || place.file === '' ? '' : `${place.file}:${place.line}`;

const childrenOf = (service: ServiceConfig): readonly string[] => {
  if (service.kind === 'loadBalancer') return [];
  return service.kind === 'failover' ? [service.service, service.fallback] : service.services.map(({ name }) => name);
};

const detailOf = (service: ServiceConfig): string => {
  if (service.kind === 'failover') return 'failover: the first, else the second';
  const cookie = service.sticky && `cookie ${cookieName(service.sticky.name, service.name)}`;
  if (service.kind === 'weighted') return ['weighted', cookie].filter(Boolean).join(' · ');
  const check = service.healthCheck && `checks ${service.healthCheck.path}`;
  return [service.strategy, cookie, check].filter(Boolean).join(' · ');
};
