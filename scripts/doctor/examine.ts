/** All probes in turn, within the announced number of requests. */
import type { Topology } from '../../shared/topology/topology.ts';
import { askHealth, healthUrlOf } from '../deployment/ask-health.ts';
import { OWN_DRAIN } from '../deployment/stray-marks.ts';
import type { Facts } from './facts.ts';
import { HttpClient } from './http-client.ts';
import { serverInfoOf } from './mcp.ts';
import { askAsStranger, askByCookie, CALLS_ON_CONNECTION, COOKIE_CALLS, discover, follow } from './probes/affinity.ts';
import { API_REQUESTS, readApi } from './probes/api.ts';
import { askAsBrowser } from './probes/browser.ts';
import { CLOSE_TRIES, closeSessions } from './probes/closing.ts';
import { askGraphql, GRAPHQL_CALLS } from './probes/graphql.ts';
import { watchStreams } from './probes/streams.ts';
import { hasResult } from './reply.ts';
import { type Bench, Session } from './session.ts';
import type { Target } from './target.ts';
import { type Trouble, troubleOf, troubleOfFailure } from './trouble.ts';

export type Examination = {
  readonly target: Target;
  readonly calls: number;
  readonly idleMs: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly insecure: boolean;
  readonly origin: string | undefined;
  readonly api: URL | undefined;
  readonly topology: Topology | undefined;
  readonly signal: AbortSignal;
  readonly onStep: (step: string) => void;
};

export type Examined =
  | { readonly kind: 'facts'; readonly facts: Facts; readonly requests: number }
  | { readonly kind: 'trouble'; readonly trouble: Trouble; readonly requests: number }
  | { readonly kind: 'interrupted'; readonly sessions: Facts['sessions']; readonly requests: number };

const SESSIONS = 6;

/** The maximum number of requests; printed before it begins. */
export const announced = ({ calls, api, topology }: Pick<Examination, 'calls' | 'api' | 'topology'>) => ({
  requests:
    2 * (2 + CALLS_ON_CONNECTION + calls) + // two sessions, followed
    (1 + COOKIE_CALLS + 3) + // without a session
    (2 + 4) + // streams
    4 + // as a browser
    GRAPHQL_CALLS +
    SESSIONS * CLOSE_TRIES +
    (api === undefined ? 0 : API_REQUESTS) +
    (topology?.nodes.length ?? 0),
  sessions: SESSIONS,
});

export const examine = async (examination: Examination): Promise<Examined> => {
  const { target, headers, insecure, topology, signal } = examination;
  const most = announced(examination).requests;
  const client = new HttpClient({ origin: target.origin, headers, insecure, nodes: topology?.nodes, most, signal });
  const bench: Bench = { target, client, sessions: [], insecure };
  let found: Omit<Facts, 'sessions'> | Trouble | undefined;
  let sessions: Facts['sessions'] = { opened: 0, closed: 0, refused: undefined };
  try {
    found = await probe(bench, examination);
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    examination.onStep('closing the sessions');
    sessions = await closeSessions(bench);
  }
  const requests = client.sent;
  if (found === undefined || signal.aborted) return { kind: 'interrupted', sessions, requests };
  if ('remedy' in found) return { kind: 'trouble', trouble: found, requests };
  return { kind: 'facts', facts: { ...found, sessions }, requests };
};

const probe = async (bench: Bench, examination: Examination): Promise<Omit<Facts, 'sessions'> | Trouble> => {
  const { target, calls, idleMs, topology, api, insecure, signal } = examination;
  const step = <T>(name: string, act: () => Promise<T>): Promise<T> => {
    signal.throwIfAborted();
    examination.onStep(name);
    return act();
  };
  const { session, followed } = await step('calls with cookies', () => follow(bench, { keepsCookies: true, calls }));
  signal.throwIfAborted();
  const first = session.opened;
  if (first.kind === 'failed') return troubleOfFailure(first, target);
  const discovered = await step('the version without sessions', () => discover(bench));
  const trouble = hasResult(discovered) ? undefined : troubleOf(first, target);
  if (trouble !== undefined) return trouble;
  const server = serverInfoOf(first.message?.result);
  const bySession = async <T>(name: string, act: () => Promise<T>): Promise<T | undefined> =>
    session.id === '' ? undefined : step(name, act);
  return {
    target,
    idleMs,
    server,
    first,
    topology,
    discover: discovered,
    cookieAlone: await step('the cookie alone', () => askByCookie(bench, session.cookies())),
    withCookies: session.id === '' ? undefined : followed,
    withoutCookies: await bySession('calls without cookies', async () => {
      return (await follow(bench, { keepsCookies: false, calls })).followed;
    }),
    strangers: await bySession('an unknown session', () => askAsStranger(bench)),
    streams: await bySession('event streams', () => openStreams(bench, { server, idleMs })),
    browser: await step('as a browser', () => askAsBrowser(bench, examination.origin ?? target.origin)),
    graphql: await step('GraphQL', () => askGraphql(bench, graphqlPath(topology), session)),
    api: api && (await step('the API', () => readApi(api, { target, insecure, signal }))),
    ...(topology ? await step('the nodes themselves', () => askNodes(topology)) : { exposed: [], draining: [] }),
  };
};

/** What is unreachable from here cannot be judged. */
const askNodes = async (topology: Topology): Promise<Pick<Facts, 'exposed' | 'draining'>> => {
  const asked = topology.nodes.map(async ({ id, url, state }) => {
    const health = await askHealth(healthUrlOf(url, topology));
    if (health.kind === 'down') return { exposed: [], draining: [] };
    const { exposed, drain = OWN_DRAIN } = health;
    return { exposed: exposed ? [id] : [], draining: state === 'active' && drain !== OWN_DRAIN ? [id] : [] };
  });
  const answers = await Promise.all(asked);
  return { exposed: answers.flatMap((one) => one.exposed), draining: answers.flatMap((one) => one.draining) };
};

const openStreams = async (bench: Bench, watch: Parameters<typeof watchStreams>[1]) => {
  const session = await Session.open(bench, { keepsCookies: true });
  await session.initialized();
  return watchStreams(session, watch);
};

const graphqlPath = (topology: Topology | undefined): string =>
  topology?.routes.find(({ name }) => name === 'graphql')?.prefix ?? '/graphql';
