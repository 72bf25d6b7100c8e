import type { Place, Problem, Subject } from '../../../../shared/source/place.ts';
import { writtenName } from '../../../../shared/traefik/qualified-name.ts';
import type { DynamicConfig } from '../../../core/model.ts';

type Part = { readonly at: Place | undefined };
type PartMap = 'routers' | 'services' | 'middlewares' | 'serversTransports';
const KINDS: readonly (readonly [PartMap, Subject['kind']])[] = [
  ['routers', 'router'],
  ['services', 'service'],
  ['middlewares', 'middleware'],
  ['serversTransports', 'serversTransport'],
];

/** Merges the files of a directory. When two of them define the same thing, the first wins, as in Traefik. */
export const merge = (configs: readonly DynamicConfig[]): { config: DynamicConfig; problems: readonly Problem[] } => ({
  config: {
    routers: unite(configs.map((each) => each.routers)),
    services: unite(configs.map((each) => each.services)),
    middlewares: unite(configs.map((each) => each.middlewares)),
    serversTransports: unite(configs.map((each) => each.serversTransports)),
    certificates: configs.flatMap((each) => each.certificates),
  },
  problems: KINDS.flatMap(([key, kind]) =>
    duplicates(
      configs.map((config) => config[key]),
      key,
      kind,
    ),
  ),
});

const unite = <T>(maps: readonly ReadonlyMap<string, T>[]): ReadonlyMap<string, T> => {
  const united = new Map<string, T>();
  for (const [name, part] of maps.flatMap((parts) => [...parts])) if (!united.has(name)) united.set(name, part);
  return united;
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
        path: `http.${key}.${writtenName(name)}`,
        kind: 'invalid',
        message: `this ${kind} is already in ${before.file} on line ${before.line}`,
        remedy: 'keep one of the two',
        concerns: { kind, name },
      });
  }
  return problems;
};
