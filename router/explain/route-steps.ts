import { explainRoute, type TriedRoute } from '../core/decide.ts';
import type { Request } from '../core/request/request.ts';
import { compileRule } from '../core/rule/compile.ts';
import type { RuleTrace } from '../core/rule/rule.ts';
import type { Route } from '../core/table/table.ts';
import type { ExplainStep, Finding } from './explanation.ts';
import type { World } from './world.ts';

export type Routing = {
  readonly route: Route | undefined;
  /** The matchers of the route that was found. */
  readonly matched: readonly Leaf[];
  readonly steps: readonly ExplainStep[];
  readonly findings: readonly Finding[];
};

type Leaf = Extract<RuleTrace, { kind: 'matcher' }>;

/** Each router that is tried, by priority, and what decided; then those that were skipped at load. */
export const routeSteps = (world: World, entryPoint: string, request: Request): Routing => {
  const tried = explainRoute(world.table, entryPoint, request);
  const last = tried.at(-1);
  const route = last?.trace.matched ? last.route : undefined;
  return {
    route,
    matched: route === undefined ? [] : leavesOf(last!.trace).filter(({ matched }) => matched),
    steps: tried.map(routeStep),
    findings: leftOut(world, { entryPoint, request, priority: route?.priority ?? Number.NEGATIVE_INFINITY }),
  };
};

const routeStep = ({ route, trace }: TriedRoute): ExplainStep => {
  const { matched } = trace;
  const leaves = leavesOf(trace).filter((leaf) => leaf.matched === matched);
  return {
    kind: 'router',
    title: `${route.name}, priority ${priorityText(route.priority)}`,
    detail: leaves.map((leaf) => leafText(leaf)),
    ...(isOwn(route) ? {} : { place: route.config.ruleAt }),
    outcome: matched ? 'chosen' : 'no',
  };
};

const leafText = ({ text, matched, saw }: Leaf): string => {
  if (saw === undefined)
    return `${text} ${matched ? 'matches: it is missing in the request' : 'is missing in the request'}`;
  return `${text} ${matched ? 'matches' : 'does not match'} ${saw === '' ? 'an empty text' : saw}`;
};

/** Routers added by Traefik have no place in a file. */
const isOwn = ({ config: { ruleAt } }: Route): boolean => ruleAt.line === 1 && ruleAt.column === 1;

/** Traefik's own routers come before any priority that a user can set. */
const priorityText = (priority: number): string =>
  priority >= Number.MAX_SAFE_INTEGER - 1000 ? 'highest' : String(priority);

const leavesOf = (trace: RuleTrace): readonly Leaf[] =>
  trace.kind === 'matcher' ? [trace] : trace.parts.flatMap(leavesOf);

type Asked = { readonly entryPoint: string; readonly request: Request; readonly priority: number };

/** Broken routers that would have matched: a hard to find reason for reaching another service. */
const leftOut = ({ table }: World, { entryPoint, request, priority }: Asked): Finding[] =>
  [...table.routers.values()].flatMap(({ config, faults, status, using }): Finding[] => {
    if (status !== 'disabled' || (using.length > 0 && !using.includes(entryPoint)) || config.priority < priority)
      return [];
    const compiled = compileRule(config.rule);
    if ('rule' in compiled && !compiled.rule.matches(request)) return [];
    const fault = faults.find(({ part }) => part !== 'entryPoints') ?? faults[0];
    if (config.tls !== request.tls && 'rule' in compiled) return [];
    return [
      {
        code: 'router-left-out',
        severity: 'error',
        message: `router ${config.name} is broken and skipped: ${fault?.message}`,
        remedy: 'rule' in compiled ? 'it would have matched this request: fix it' : 'fix its rule',
        place: fault?.part === 'rule' ? config.ruleAt : config.at,
      },
    ];
  });
