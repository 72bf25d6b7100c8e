/** What Traefik leaves out of a configuration that reads well: rules that do not parse, names that nothing bears. */
import { nearest } from '../../../shared/source/nearest.ts';
import type { Problem } from '../../../shared/source/place.ts';
import { writtenName } from '../../../shared/traefik/qualified-name.ts';
import type { RouterConfig } from '../../core/model.ts';
import { MATCHERS } from '../../core/rule/matchers.ts';
import type { RouterFault, RoutingTable } from '../../core/table/table.ts';

export const faultsOf = (table: RoutingTable): Problem[] => [
  ...[...table.routers.values()].flatMap(({ config, faults }) =>
    // What is wrong with a service is said once, at the service.
    faults
      .filter((fault) => !isInside(fault, config, table) && (fault.name !== undefined || !isNamed(fault, faults)))
      .map((fault) => routerProblem(config, fault, table)),
  ),
  ...partProblems(table, 'services'),
  ...partProblems(table, 'middlewares'),
];

const isInside = ({ part, name }: RouterFault, { service }: RouterConfig, table: RoutingTable): boolean =>
  (part === 'service' && table.config.services.has(service)) ||
  (part === 'middlewares' && name !== undefined && table.config.middlewares.has(name));

/** That nothing is left of a list need not be said beside the names that were taken out of it. */
const isNamed = ({ part }: RouterFault, faults: readonly RouterFault[]): boolean =>
  faults.some((other) => other.part === part && other.name !== undefined);

const routerProblem = (router: RouterConfig, { part, name, message }: RouterFault, table: RoutingTable): Problem => {
  const remedy = REMEDIES[part](table, name);
  return {
    place: part === 'rule' ? router.ruleAt : router.at,
    path: `http.routers.${writtenName(router.name)}.${part}`,
    kind: 'invalid',
    message,
    ...(remedy !== undefined && { remedy }),
    concerns: { kind: 'router', name: router.name },
  };
};

type Remedy = (table: RoutingTable, name: string | undefined) => string | undefined;

const REMEDIES: Readonly<Record<RouterFault['part'], Remedy>> = {
  rule: (_, name) => (name === undefined ? undefined : oneOf(name, Object.keys(MATCHERS))),
  service: ({ config }, name) => oneOf(name, config.services.keys()),
  middlewares: ({ config }, name) => oneOf(name, config.middlewares.keys()),
  entryPoints: ({ entryPoints }, name) => oneOf(name, entryPoints.keys()),
  priority: () => undefined,
};

const oneOf = (name: string | undefined, names: Iterable<string>): string => {
  const known = [...names].filter((one) => !one.endsWith('@internal')).map(writtenName);
  const meant = name === undefined ? undefined : nearest(writtenName(name), known);
  if (meant !== undefined) return `did you mean ${meant}?`;
  return known.length === 0 ? 'there is none in the files' : `known here: ${known.join(', ')}`;
};

const partProblems = (table: RoutingTable, part: 'services' | 'middlewares'): Problem[] =>
  [...table[part]].flatMap(([name, { errors }]) =>
    errors.map((message) => ({
      place: table.config[part].get(name)!.at,
      path: `http.${part}.${writtenName(name)}`,
      kind: 'invalid' as const,
      message,
      concerns: { kind: part === 'services' ? ('service' as const) : ('middleware' as const), name },
    })),
  );
