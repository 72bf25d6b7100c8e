import type { RouterConfig } from '../model.ts';
import type { EntryPointConfig, StaticConfig } from '../static-model.ts';

/** The entry point of ping, API and metrics only serves routers that name it. */
const OWN_ENTRY_POINT = 'traefik';

/** The routers as served: with the TLS of their entry point, and its middlewares first. */
export const applyEntryPoints = (routers: Iterable<RouterConfig>, config: StaticConfig): Map<string, RouterConfig> => {
  const served = new Map<string, RouterConfig>();
  for (const router of routers) for (const copy of copiesOf(router, config)) served.set(copy.name, copy);
  return served;
};

/** One copy for each entry point that adds something, under its own name, and one for all others. */
const copiesOf = (router: RouterConfig, config: StaticConfig): RouterConfig[] => {
  const names = router.entryPoints.length > 0 ? router.entryPoints : defaultEntryPoints(config);
  const adding = names.filter((name) => addsSomething(config.entryPoints.get(name)));
  const copies = adding.map((name) => ({
    ...router,
    ...additions(router, config.entryPoints.get(name)!),
    name: names.length > 1 ? `${name}-${router.name}` : router.name,
    entryPoints: [name],
  }));
  const plain = names.filter((name) => !adding.includes(name));
  return plain.length === 0 && copies.length > 0 ? copies : [...copies, { ...router, entryPoints: plain }];
};

const addsSomething = (entryPoint: EntryPointConfig | undefined): boolean =>
  entryPoint !== undefined && (entryPoint.tls || entryPoint.middlewares.length > 0);

const additions = (router: RouterConfig, entryPoint: EntryPointConfig): Pick<RouterConfig, 'tls' | 'middlewares'> => ({
  tls: router.tls || entryPoint.tls,
  middlewares: [...entryPoint.middlewares, ...router.middlewares],
});

export const defaultEntryPoints = (config: StaticConfig): string[] => {
  const all = [...config.entryPoints.values()];
  const marked = all.filter((entryPoint) => entryPoint.asDefault);
  const chosen = marked.length > 0 ? marked : all.filter((entryPoint) => entryPoint.name !== OWN_ENTRY_POINT);
  return chosen.map((entryPoint) => entryPoint.name).sort();
};
