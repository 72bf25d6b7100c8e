import { randomUUID } from 'node:crypto';
import type { Server, ServerResponse } from 'node:http';
import type { Log } from '../shared/log.ts';
import type { NodeId } from '../shared/registry/session-id.ts';
import { nameOf, type Self, type SessionRegistry } from '../shared/registry/session-registry.ts';
import { cookieValue, legacyCookieValues } from '../shared/traefik/cookie-value.ts';
import { pinTexts } from '../shared/traefik/parts.ts';
import { compileHostRules } from './core/host-origin.ts';
import { PROOF_PATH } from './core/relay-mark.ts';
import { admission } from './host/admission.ts';
import { ownHost } from './host/own/own-host.ts';
import type { HostedSession, MakeHost, SendMissing, SessionHost } from './host/session-host.ts';
import { identifier } from './http/identify.ts';
import { type LazyRoute, lazyRoute } from './http/lazy-route.ts';
import { createMetrics, type NodeMetrics } from './http/metrics.ts';
import { probes } from './http/probes.ts';
import { missingSender } from './http/send-missing.ts';
import { answerRequests } from './http/server.ts';
import type { SharedServices } from './mcp/server-context.ts';
import { NodeDrain } from './node-drain.ts';
import { type Complete, complete, type NodeOptions, type SessionFacts } from './node-options.ts';
import type { Relay } from './relay/relay.ts';
import { askOwner, askOwners } from './sessions/ask-owner.ts';
import { type JustBack, watchStandstill } from './sessions/just-back.ts';
import { explainMissing } from './sessions/missing-session.ts';
import { recently } from './sessions/recently.ts';
import { SessionTable, sweepEvery } from './sessions/session-table.ts';
import { sharedServices } from './shared-services.ts';
import type { HeldState } from './state/held-state.ts';
import { stopNode } from './stop-node.ts';

/** The part that every node has, mounted in an app or with its own server. */
export type HeldNode = {
  readonly table: SessionTable;
  readonly state: HeldState;
  readonly registry: SessionRegistry;
  /** Takes no new sessions from now on; existing ones continue. */
  drain(): Promise<void>;
  /**
   * Drains, lets running calls finish, ends streams and sessions, leaves the registry. A second call changes nothing.
   */
  stop(): Promise<void>;
};

/** Where it answers. */
export type Placed = {
  /** undefined: wherever an app has mounted it. */
  readonly endpointPath: string | undefined;
  /** undefined: the app's server, which we must not close. */
  readonly server?: Server | undefined;
  readonly listensAt?: string;
  /** Where it is asked for. */
  readonly Relay: typeof Relay | undefined;
};

/** A whole node except for its listener. */
export const assembleNode = (given: NodeOptions, placed: Placed) => {
  const options = complete(given);
  const { now, log, ownRoutes } = options;
  const { leave, ...held } = hold(options, placed);
  const { table, state, registry, drain, standstill } = held;
  let stopping = false;
  const unsent = new Set<ServerResponse>();
  const serving = { ...held, unsent, log, ownRoutes, isStopping: () => stopping };
  const { loadAll, ...routes } = routesOf({ ...options, ...held }, placed);
  const answer = answerRequests({ ...serving, ...placed, ...routes, hostRules: hostRulesOf(options) });
  let sweeper: NodeJS.Timeout | undefined;
  const start = async (): Promise<void> => {
    const sweep = () => Promise.all([table.closeIdle(now()), state.closeIdle(now())]);
    sweeper = setInterval(() => void sweep(), sweepEvery(options.idleMs)).unref();
    await drain.start();
  };
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    clearInterval(sweeper);
    standstill.stop();
    stopping = true;
    stopped ??= stopNode({ ...options, ...serving, server: placed.server, leave });
    return stopped;
  };
  return { table, state, registry, probes: routes.probes, answer, start, loadAll, drain: () => drain.leave(0), stop };
};

const hold = (options: Complete, placed: Placed) => {
  const { name, tag, now, wallClock, maxBodyBytes, log, misroute } = options;
  const node = tag ?? name;
  const ids = { node, ...(tag !== undefined && { name }) };
  const self = { ...ids, boot: randomUUID(), url: options.url || (placed.listensAt ?? '') };
  const registry = options.joinRegistry(self);
  const metrics = createMetrics({ node: name, ofProcess: options.processMetrics });
  const table = createTable(options, registry, metrics);
  const drain = new NodeDrain({ self, registry, table, state: () => around.state, log, now });
  const { around, leave } = sharedServices({ ...options, self, table, registry, metrics, drain });
  const admit = admission({ table, isDraining: () => drain.phase === 'refusing', onRefused: metrics.refused });
  const nodes = recently(() => registry.nodes(), { ms: LISTING_MS, now });
  const sendMissing = missingSenderOf({ ...options, self, registry, metrics, nodes });
  const relaying = { ...options, self, registry, metrics, table, sendMissing };
  const relay = misroute && placed.Relay && new placed.Relay({ ...relaying, ...misroute });
  const handOver = relay?.handOver.bind(relay);
  const stopping = around.state.ended;
  const forHost = { handOver, node, stopping, sessions: table, admit, sendMissing, maxBodyBytes, now, wallClock, log };
  const sessionHost = makerOf(options, around)(forHost);
  const standstill = watchStandstill(now);
  const known = { self, node, table, state: around.state, registry, metrics, nodes };
  return { ...known, sendMissing, sessionHost, drain, standstill, relay, leave };
};

const makerOf = ({ makeHost, createServer, eventLimits }: Complete, around: SharedServices): MakeHost => {
  if (makeHost) return makeHost;
  if (createServer) return ownHost({ createServer, eventLimits, around });
  throw new TypeError('createServer or makeHost is missing');
};

const createTable = (
  { name, maxSessions, idleMs, log, onOpened, onClosed }: Complete,
  registry: SessionRegistry,
  metrics: NodeMetrics,
) =>
  new SessionTable({
    limit: maxSessions,
    idleMs,
    registry,
    log,
    onOpened: (session, client) => {
      metrics.opened();
      callHook(log, () => onOpened?.({ ...factsOf(name, session), client }));
    },
    onClosed: (session, why) => {
      metrics.closed(why);
      callHook(log, () => onClosed?.({ ...factsOf(name, session), why }));
    },
  });

const factsOf = (node: string, { id, principal }: HostedSession): SessionFacts => ({ node, session: id, principal });

/** User code: an error in it must not affect the session. */
const callHook = (log: Log, hook: () => unknown): void => {
  new Promise((resolve) => resolve(hook())).catch((err) => log.error({ err }, 'a callback of your code failed'));
};

/** A balancer that does not forward Host sends the node's own host name. */
const hostRulesOf = ({ publicHosts, origins, url, checkHosts }: Complete) =>
  checkHosts
    ? compileHostRules([...publicHosts, ...(URL.canParse(url) ? [new URL(url).host] : [])], origins)
    : undefined;

type Naming = Complete & {
  readonly self: Self;
  readonly registry: SessionRegistry;
  readonly metrics: NodeMetrics;
  readonly nodes: () => ReturnType<SessionRegistry['nodes']>;
};

const missingSenderOf = ({ cookie, metrics, ...naming }: Naming): SendMissing => {
  const common = { ...naming, cookieName: cookie };
  const explain = explainMissing({
    ...common,
    cookiesOf,
    onMiss: metrics.missed,
    askOwner: askOwners(askOwner, naming.now),
  });
  return missingSender({ explainMissing: explain, cookieName: cookie });
};

type Parts = Naming & {
  readonly sendMissing: SendMissing;
  readonly sessionHost: SessionHost;
  readonly node: NodeId;
  readonly table: SessionTable;
  readonly state: HeldState;
  readonly drain: NodeDrain;
  readonly standstill: JustBack;
  readonly relay: Relay | undefined;
};

/** How old our information about other nodes and sessions may be. */
const LISTING_MS = 2000;

const routesOf = (parts: Parts, { endpointPath }: Placed) => {
  const { registry, sessionHost, now } = parts;
  const sessions = recently(() => registry.sessions(), { ms: LISTING_MS, now });
  const lists = { ...parts, sessions, uptime: process.uptime };
  const mcp = lazyRoute(async () => {
    const [{ handleMcp }] = await Promise.all([import('./http/handle-mcp.ts'), sessionHost.load()]);
    return handleMcp({ ...parts, host: sessionHost, identify: identifier(parts) });
  });
  const graphql = lazyRoute(async () => (await import('./http/graphql.ts')).handleGraphql(lists));
  const asked = { ...probes(parts), ...(parts.relay && { [PROOF_PATH]: parts.relay.prove }) };
  // An app has routes of its own.
  if (endpointPath === undefined)
    return { endpoint: mcp, routes: {}, others: undefined, probes: asked, loadAll: mcp.load };
  return {
    endpoint: mcp,
    routes: { '/graphql': graphql },
    others: sessionHost.others,
    probes: asked,
    loadAll: () => loadInTurn([mcp, graphql]),
  };
};

const cookiesOf = ({ url, ...self }: Omit<Self, 'boot'>): readonly string[] =>
  pinTexts({ id: nameOf(self), url }).flatMap((text) => [cookieValue(text), ...legacyCookieValues(text)]);

const loadInTurn = async (routes: readonly LazyRoute[]): Promise<void> => {
  for (const route of routes) await route.load();
};
