/**
 * Why a request goes where it goes: the same steps as in decide.ts and middleware/run.ts, described one by one. It uses
 * separate service instances, so it does not change the running router. Pure.
 */
import { chooseServer, type Decision, findRoute } from '../core/decide.ts';
import type { Reply } from '../core/middleware.ts';
import type { Request } from '../core/request/request.ts';
import type { ChoiceStep } from '../core/service/service.ts';
import type { Route } from '../core/table/table.ts';
import type { Arrived } from '../http/arrive.ts';
import { candidatesFrom } from './candidates.ts';
import type { ExplainedServer, ExplainStep, Explanation, Finding } from './explanation.ts';
import { findingsOf } from './findings.ts';
import { middlewareSteps } from './middleware-steps.ts';
import { NOTHING_PINS, pinOf } from './pin.ts';
import { arriveQuestion, type ExplainInput } from './question.ts';
import { type Routing, routeSteps } from './route-steps.ts';
import { serviceSteps } from './service-steps.ts';
import { serverName, type World, worldOf } from './world.ts';

export const explain = (input: ExplainInput): Explanation => explainIn(worldOf(input));

/** For callers that ask about one world more than once: building it is slow. */
export const explainIn = (world: World): Explanation => {
  const { question } = world;
  const arrived = arrivedIn(world);
  if (arrived.kind === 'refused') return refused(world, arrived);
  const { request } = arrived;
  const entry = entryPointStep(world, 'passed', [pathLine(world, request)].flat());
  const routing = routeSteps(world, question.entryPoint, request);
  const middlewares = middlewareSteps(routing.route?.middlewares ?? [], request);
  const before = [entry, ...routing.steps, ...middlewares.steps];
  if (middlewares.reply !== undefined) return answered(world, { before, routing, reply: middlewares.reply });
  return explainDecision(world, { before, routing, request, decision: chooseServer(routing.route, request) });
};

/** Only where it goes, for callers that ask about thousands of requests: the same decision, described by nobody. */
export const whereTo = (world: World): Pick<Explanation, 'status' | 'candidates'> => {
  const arrived = arrivedIn(world);
  if (arrived.kind === 'refused') return { status: arrived.status, candidates: [] };
  const { request } = arrived;
  const route = findRoute(world.table, world.question.entryPoint, request);
  const { reply } = middlewareSteps(route?.middlewares ?? [], request);
  if (reply !== undefined) return { status: reply.status, candidates: [] };
  const decision = chooseServer(route, request);
  return {
    status: decision.kind === 'reject' ? decision.status : undefined,
    candidates: candidatesFrom(world, request, stepsOf(decision)),
  };
};

/** Nothing is routed for a target of `*` alone, as in handle.ts. */
const arrivedIn = (world: World): Arrived => {
  const arrived = arriveQuestion(world);
  if (arrived.kind === 'refused' || arrived.request.path !== '*') return arrived;
  return { kind: 'refused', status: world.question.method === 'OPTIONS' ? 200 : 404, body: '', last: false };
};

const stepsOf = (decision: Decision): readonly ChoiceStep[] =>
  (decision.kind === 'internal' ? undefined : decision.choice?.steps) ?? [];

type Refusal = { readonly status: number; readonly body: string };

const requestOf = ({ question }: ExplainInput): Explanation['request'] => {
  const { method, host, target, entryPoint, tls } = question;
  return { method, host, target, entryPoint, tls };
};

const entryPointStep = (
  { question, staticConfig }: ExplainInput,
  outcome: ExplainStep['outcome'],
  detail: readonly string[],
): ExplainStep => {
  const config = staticConfig.entryPoints.get(question.entryPoint);
  const address = config === undefined ? 'not in the files' : `${config.host}:${config.port}`;
  return {
    kind: 'entry point',
    title: `${question.entryPoint}, ${address}${question.tls ? ', TLS' : ''}`,
    detail,
    ...(config !== undefined && { place: config.at }),
    outcome,
  };
};

/** Paths are cleaned on arrival, so rules and servers may see a different one. */
const pathLine = ({ question }: ExplainInput, { path, query, routingPath }: Request): string[] => {
  const target = query === undefined ? path : `${path}?${query}`;
  return [
    ...(target === question.target ? [] : [`${question.target} is cleaned: ${target}`]),
    ...(routingPath === path ? [] : [`rules see ${routingPath}`]),
  ];
};

const ENDED = {
  service: undefined,
  server: undefined,
  candidates: [],
  pin: NOTHING_PINS,
  setCookies: [],
} as const;

const refused = (input: ExplainInput, { status, body }: Refusal): Explanation => ({
  ...ENDED,
  request: requestOf(input),
  outcome: 'answered',
  status,
  router: undefined,
  steps: [
    entryPointStep(input, 'ended', [`answers ${status} before any router is tried${body === '' ? '' : `: ${body}`}`]),
  ],
  findings: [],
});

type Answered = { readonly before: readonly ExplainStep[]; readonly routing: Routing; readonly reply: Reply };

const answered = (input: ExplainInput, { before, routing, reply }: Answered): Explanation => ({
  ...ENDED,
  request: requestOf(input),
  outcome: 'answered',
  status: reply.status,
  router: routing.route?.name,
  steps: before,
  findings: routing.findings,
});

type Decided = {
  readonly before: readonly ExplainStep[];
  readonly routing: Routing;
  readonly request: Request;
  readonly decision: Decision;
};

const explainDecision = (world: World, { before, routing, request, decision }: Decided): Explanation => {
  const choice = decision.kind === 'internal' ? undefined : decision.choice;
  const steps = stepsOf(decision);
  const server =
    decision.kind === 'forward'
      ? world.serverAt(decision.choice.server.service, decision.choice.server.url)
      : undefined;
  const candidates = candidatesFrom(world, request, steps);
  const pin = pinOf({ world, routing, steps, candidates });
  const facts = { world, request, routing, steps, server, candidates, pin };
  return {
    request: requestOf(world),
    outcome: decision.kind === 'forward' ? 'server' : decision.kind === 'internal' ? 'internal' : 'answered',
    status: decision.kind === 'reject' ? decision.status : undefined,
    router: routing.route?.name,
    service: decision.kind === 'forward' ? decision.choice.server.service : serviceName(routing.route),
    server,
    candidates,
    pin,
    setCookies: choice?.setCookies ?? [],
    steps: [
      ...before,
      ...serviceSteps(world, request, steps),
      ...(server === undefined
        ? []
        : [{ kind: 'pin', title: pin.text, detail: [], outcome: pin.by === 'nothing' ? 'no' : 'chosen' } as const]),
      ...endSteps({ decision, request, server, candidates }),
    ],
    findings: [...routing.findings, ...findingsOf(facts)] satisfies Finding[],
  };
};

const serviceName = (route: Route | undefined): string | undefined =>
  typeof route?.service === 'string' ? route.service : route?.service.name;

type End = {
  readonly decision: Decision;
  readonly request: Request;
  readonly server: ExplainedServer | undefined;
  readonly candidates: readonly ExplainedServer[];
};

const endSteps = ({ decision, request, server, candidates }: End): ExplainStep[] => {
  if (decision.kind === 'internal')
    return [{ kind: 'answer', title: `${decision.service} answers`, detail: [], outcome: 'ended' }];
  if (decision.kind === 'reject')
    return [
      {
        kind: 'answer',
        title: `${decision.status} ${decision.body.trim()}`,
        detail: [REJECTED[decision.reason]],
        outcome: 'ended',
      },
    ];
  const title = candidates.length > 1 ? `one of ${candidates.map(serverName).join(', ')}` : serverName(server!);
  const target = request.query === undefined ? request.path : `${request.path}?${request.query}`;
  const { basePath } = decision.choice.server;
  const { setCookies } = decision.choice;
  return [
    { kind: 'server', title, detail: [`gets ${request.method} ${basePath}${target}`], outcome: 'chosen' },
    ...setCookies.map(
      (line): ExplainStep => ({
        kind: 'answer',
        title: `Set-Cookie: ${line}`,
        detail: candidates.length > 1 ? ['or the same on the one that is chosen'] : [],
        outcome: 'passed',
      }),
    ),
  ];
};

const REJECTED = {
  'no-router': 'no router of this entry point matches',
  'no-server': 'no server of the service is up',
} as const;
