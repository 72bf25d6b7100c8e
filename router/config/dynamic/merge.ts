import type { DynamicConfig } from '../model.ts';
import type { Place, Problem, Subject } from '../place.ts';

type Part = { readonly at: Place | undefined };
type PartMap = 'routers' | 'services' | 'middlewares' | 'serversTransports';
const KINDS: readonly (readonly [PartMap, Subject['kind']])[] = [
  ['routers', 'router'],
  ['services', 'service'],
  ['middlewares', 'middleware'],
  ['serversTransports', 'serversTransport'],
];

/** The files of a directory make one configuration. What two of them define is left out of it, as Traefik does. */
export const merge = (configs: readonly DynamicConfig[]): { config: DynamicConfig; problems: readonly Problem[] } => {
  const problems = KINDS.flatMap(([key, kind]) =>
    duplicates(
      configs.map((config) => config[key]),
      key,
      kind,
    ),
  );
  const twice = new Set(problems.map((problem) => problem.path));
  const united = <T extends Part>(key: PartMap, maps: readonly ReadonlyMap<string, T>[]): ReadonlyMap<string, T> =>
    new Map(maps.flatMap((parts) => [...parts].filter(([name]) => !twice.has(pathOf(key, name)))));
  const config: DynamicConfig = {
    routers: united(
      'routers',
      configs.map((each) => each.routers),
    ),
    services: united(
      'services',
      configs.map((each) => each.services),
    ),
    middlewares: united(
      'middlewares',
      configs.map((each) => each.middlewares),
    ),
    serversTransports: united(
      'serversTransports',
      configs.map((each) => each.serversTransports),
    ),
    certificates: configs.flatMap((each) => each.certificates),
  };
  return { config, problems };
};

const duplicates = (maps: readonly ReadonlyMap<string, Part>[], key: PartMap, kind: Subject['kind']): Problem[] => {
  const first = new Map<string, Place>();
  const problems: Problem[] = [];
  for (const [name, { at }] of maps.flatMap((parts) => [...parts])) {
    if (at === undefined) continue;
    const before = first.get(name);
    if (before === undefined) first.set(name, at);
    else
      problems.push({
        place: at,
        path: pathOf(key, name),
        kind: 'invalid',
        message: `this ${kind} is already in ${before.file} on line ${before.line}`,
        remedy: 'keep one of the two',
        concerns: { kind, name },
      });
  }
  return problems;
};

const pathOf = (key: PartMap, name: string): string => `http.${key}.${name.slice(0, -'@file'.length)}`;
