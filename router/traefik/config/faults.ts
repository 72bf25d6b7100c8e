/** What Traefik skips in a well-formed configuration: rules that do not parse, references to names that do not exist. */
import { nearest } from '../../../shared/source/nearest.ts';
import type { Problem } from '../../../shared/source/place.ts';
import { writtenName } from '../../../shared/traefik/qualified-name.ts';
import type { RouterConfig } from '../../core/model.ts';
import { MATCHERS } from '../../core/rule/matchers.ts';
import type { RouterFault, RoutingTable } from '../../core/table/table.ts';

export const faultsOf = (table: RoutingTable): Problem[] => [
  ...[...table.routers.values()].flatMap(({ config, faults }) =>
    // Problems of a service are reported once, at the service.
    faults
      .filter((fault) => !isInside(fault, config, table) && (fault.name !== undefined || isFirst(fault, faults)))
      .map((fault) => routerProblem(config, fault, table)),
  ),
  ...partProblems(table, 'services'),
  ...partProblems(table, 'middlewares'),
];

const isInside = ({ part, name }: RouterFault, { service }: RouterConfig, table: RoutingTable): boolean =>
  (part === 'service' && table.config.services.has(service)) ||
  (part === 'middlewares' && name !== undefined && table.config.middlewares.has(name));

/** An empty list is not reported as well, when the names removed from it are. */
const isFirst = (fault: RouterFault, faults: readonly RouterFault[]): boolean =>
  faults.find(({ part }) => part === fault.part) === fault;

const routerProblem = (router: RouterConfig, { part, name, message }: RouterFault, table: RoutingTable): Problem => {
  const remedy = REMEDIES[part]({ router, table, name });
  return {
    place: part === 'rule' ? router.ruleAt : router.at,
    path: `http.routers.${writtenName(router.name)}.${part}`,
    kind: 'invalid',
    message,
    ...(remedy !== undefined && { remedy }),
    concerns: { kind: 'router', name: router.name },
  };
};

type About = { readonly router: RouterConfig; readonly table: RoutingTable; readonly name: string | undefined };

const REMEDIES: Readonly<Record<RouterFault['part'], (about: About) => string | undefined>> = {
  rule: ({ router, name }) => {
    if (router.rule.trim() === '') return 'add a rule, such as PathPrefix(`/mcp`)';
    return name === undefined ? undefined : oneOf(name, Object.keys(MATCHERS));
  },
  service: ({ table, name }) =>
    name === undefined ? 'add a service, such as service: mcp' : oneOf(name, table.config.services.keys()),
  middlewares: ({ table, name }) => oneOf(name, table.config.middlewares.keys()),
  entryPoints: ({ table, name }) => oneOf(name, table.entryPoints.keys()),
};

const oneOf = (name: string | undefined, names: Iterable<string>): string => {
  const known = [...names].filter((one) => !one.endsWith('@internal')).map(writtenName);
  const meant = name === undefined ? undefined : nearest(writtenName(name), known);
  if (meant !== undefined) return `did you mean ${meant}?`;
  return known.length === 0 ? 'the files define none' : `known names: ${known.join(', ')}`;
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
