import type { DynamicConfig } from '../model.ts';

/** The services that routers reach, at any level. Traefik only checks the health of these. */
export const servicesInUse = ({ routers, services }: DynamicConfig): ReadonlySet<string> => {
  const found = new Set<string>();
  const visit = (name: string): void => {
    const service = services.get(name);
    if (service === undefined || found.has(name)) return;
    found.add(name);
    if (service.kind === 'weighted') for (const child of service.services) visit(child.name);
    if (service.kind === 'failover') for (const child of [service.service, service.fallback]) visit(child);
  };
  for (const { service } of routers.values()) visit(service);
  return found;
};
