import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import type { Log } from '../shared/log.ts';
import type { NodeId } from '../shared/registry/session-id.ts';
import type { Self, SessionRegistry } from '../shared/registry/session-registry.ts';
import { steadyNow } from '../shared/steady-clock.ts';
import { cookieValue, legacyCookieValues } from '../shared/traefik/cookie-value.ts';
import { pinTexts } from '../shared/traefik/parts.ts';
import type { EventLimits } from './core/event-buffer.ts';
import { compileHostRules } from './core/host-origin.ts';
import { PROOF_PATH } from './core/relay-mark.ts';
import type { Keys } from './core/shared-keys.ts';
import { admission } from './host/admission.ts';
import { ownHost } from './host/own/own-host.ts';
import type { MakeHost, SendMissing, SessionHost } from './host/session-host.ts';
import { type LazyRoute, lazyRoute } from './http/lazy-route.ts';
import { createMetrics, type NodeMetrics } from './http/metrics.ts';
import { probes } from './http/probes.ts';
import { missingSender } from './http/send-missing.ts';
import { answerRequests, listen } from './http/server.ts';
import type { CreateServer } from './mcp/open-session.ts';
import type { Surroundings } from './mcp/server-context.ts';
import { NodeDrain } from './node-drain.ts';
import type { Misroute, Relay } from './relay/relay.ts';
import { askOwner, askOwners } from './sessions/ask-owner.ts';
import { type JustBack, watchStandstill } from './sessions/just-back.ts';
import { explainMissing } from './sessions/missing-session.ts';
import { recently } from './sessions/recently.ts';
import { SessionTable, sweepEvery } from './sessions/session-table.ts';
import type { HeldState } from './state/held-state.ts';
import { stopNode } from './stop-node.ts';
import { type JoinEvents, surroundings } from './surroundings.ts';

export const NODE_DEFAULTS = {
  host: '127.0.0.1',
  port: 0,
  /** As the balancer's file has it; empty: where the node listens. */
  url: '',
  mcpPath: '/mcp',
  publicHosts: [] as readonly string[],
  origins: [] as readonly string[],
  /** false: whoever keeps the sessions gets Host and Origin as they came, and checks them. */
  checkHosts: true,
  cookie: '_mcp_backend',
  maxSessions: 10_000,
  idleMs: 30 * 60_000,
  stopDelayMs: 0,
  graceMs: 20_000,
  eventLimits: { maxEvents: 256, maxBytes: 1024 * 1024 } as EventLimits,
  processMetrics: false,
  /** It resolves before the code of its routes is loaded; `loadAll` is then its caller's to call. */
  loadLater: false,
};

export type NodeOptions = Partial<typeof NODE_DEFAULTS> & {
  readonly name: NodeId;
  /** The server in this process. */
  readonly createServer?: CreateServer | undefined;
  /** Who else keeps the sessions; then `createServer` is not asked. */
  readonly makeHost?: MakeHost | undefined;
  /** With which what clients carry is sealed: those of all nodes. The first one seals. Without, this node draws its own. */
  readonly stateKeys?: Keys | undefined;
  /** Misroutes are passed on to the node that has the session; without, they are refused with the reason. */
  readonly misroute?: Misroute | undefined;
  /** Given once the node listens, for only then is its URL known. */
  readonly joinRegistry: (self: Self) => SessionRegistry;
  /** How it hears what other nodes tell and tells them; without, clients hear of this node only. */
  readonly joinEvents?: JoinEvents | undefined;
  readonly log: Log;
  /** For ages. */
  readonly now?: () => number;
  /** For dates. */
  readonly wallClock?: () => number;
};

export type RunningNode = {
  /** Where it listens; `url` in the registry may be another. */
  readonly url: string;
  readonly table: SessionTable;
  readonly state: HeldState;
  readonly registry: SessionRegistry;
  readonly server: Server;
  /** The code of every route, so that no request has to wait for it. */
  loadAll(): Promise<void>;
  /** Takes no new sessions from now on; those it has go on. */
  drain(): Promise<void>;
  /** Drains, lets running calls finish, ends streams and sessions, leaves the registry. Twice is once. */
  stop(): Promise<void>;
};

type Complete = typeof NODE_DEFAULTS & NodeOptions & { readonly now: () => number; readonly wallClock: () => number };

export const startNode = async (given: NodeOptions): Promise<RunningNode> => {
  const options: Complete = { now: steadyNow, wallClock: Date.now, ...NODE_DEFAULTS, ...given };
  const { name, now, wallClock, misroute } = options;
  const relays = misroute && (await import('./relay/relay.ts'));
  const { server, port, unsent } = await listen(name, options.port, options.host);
  const url = `http://${options.host.includes(':') ? `[${options.host}]` : options.host}:${port}`;
  const self = { node: name, boot: randomUUID(), url: options.url || url };
  const registry = options.joinRegistry(self);
  const metrics = createMetrics({ node: name, ofProcess: options.processMetrics });
  const table = createTable(options, registry, metrics);
  const drain = new NodeDrain({ self, registry, table, state: () => around.state, log: options.log, now });
  const { around, leave } = surroundings({ ...options, self, table, registry, metrics, drain, wallClock });
  const { state } = around;
  const admit = admission({ table, isDraining: () => drain.phase === 'refusing', onRefused: metrics.refused });
  const nodes = recently(() => registry.nodes(), { ms: LISTING_MS, now });
  const sendMissing = missingSenderOf({ ...options, self, registry, metrics, nodes });
  const relay =
    misroute && relays && new relays.Relay({ ...options, ...misroute, self, registry, metrics, table, sendMissing });
  const handOver = relay?.handOver.bind(relay);
  const forHost = { handOver, node: name, sessions: table, admit, sendMissing, now, wallClock, log: options.log };
  const sessionHost = makerOf(options, around)(forHost);
  const standstill = watchStandstill(now);
  let stopping = false;
  const isStopping = (): boolean => stopping;
  const held = {
    self,
    node: name,
    table,
    state,
    registry,
    metrics,
    nodes,
    sendMissing,
    sessionHost,
    drain,
    standstill,
    isStopping,
    relay,
  };
  const parts = { ...options, ...held };
  const { loadAll, ...routes } = routesOf(parts);
  const { others } = sessionHost;
  server.on('request', answerRequests({ ...parts, hostRules: hostRulesOf(options), others, ...routes }));
  if (!options.loadLater) await loadAll();
  await drain.start();
  const sweep = () => Promise.all([table.closeIdle(now()), state.closeIdle(now())]);
  const sweeper = setInterval(() => void sweep(), sweepEvery(options.idleMs)).unref();
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    clearInterval(sweeper);
    standstill.stop();
    stopping = true;
    stopped ??= stopNode({ ...options, server, unsent, table, state, registry, sessionHost, leave, drain, relay });
    return stopped;
  };
  return { url, table, state, registry, server, loadAll, drain: () => drain.leave(0), stop };
};

const makerOf = ({ makeHost, createServer, eventLimits }: Complete, around: Surroundings): MakeHost => {
  if (makeHost) return makeHost;
  if (createServer) return ownHost({ createServer, eventLimits, around });
  throw new TypeError('startNode: createServer or makeHost is missing');
};

const createTable = ({ maxSessions, idleMs, log }: Complete, registry: SessionRegistry, metrics: NodeMetrics) =>
  new SessionTable({
    limit: maxSessions,
    idleMs,
    registry,
    log,
    onOpened: metrics.opened,
    onClosed: metrics.closed,
  });

/** A balancer that does not pass the Host on asks for the node by its own. */
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
  readonly isStopping: () => boolean;
  readonly relay: Relay | undefined;
};

/** How old what we say of other nodes and sessions may be. */
const LISTING_MS = 2000;

const routesOf = (parts: Parts) => {
  const { registry, sessionHost, now } = parts;
  const sessions = recently(() => registry.sessions(), { ms: LISTING_MS, now });
  const lists = { ...parts, sessions, uptime: process.uptime };
  const mcp = lazyRoute(async () => {
    const [{ handleMcp }] = await Promise.all([import('./http/handle-mcp.ts'), sessionHost.load()]);
    return handleMcp({ ...parts, host: sessionHost, principalOf: () => undefined });
  });
  const graphql = lazyRoute(async () => (await import('./http/graphql.ts')).handleGraphql(lists));
  return {
    routes: { '/graphql': graphql, [parts.mcpPath]: mcp, [`${parts.mcpPath.replace(/\/$/, '')}/`]: mcp },
    probes: { ...probes(parts), ...(parts.relay && { [PROOF_PATH]: parts.relay.prove }) },
    loadAll: () => loadInTurn([mcp, graphql]),
  };
};

const cookiesOf = ({ node, url }: { readonly node: string; readonly url: string }): readonly string[] =>
  pinTexts({ id: node, url }).flatMap((text) => [cookieValue(text), ...legacyCookieValues(text)]);

const loadInTurn = async (routes: readonly LazyRoute[]): Promise<void> => {
  for (const route of routes) await route.load();
};
