import type { Log } from '../shared/log.ts';
import type { NodeId } from '../shared/registry/session-id.ts';
import type { Self, SessionRegistry } from '../shared/registry/session-registry.ts';
import { steadyNow } from '../shared/steady-clock.ts';
import type { EventLimits } from './core/event-buffer.ts';
import type { Keys } from './core/shared-keys.ts';
import type { CloseReason, MakeHost, Principal } from './host/session-host.ts';
import type { Authenticate, IdentifyOptions, NamePrincipal } from './http/identify.ts';
import type { AskRoutes } from './http/server.ts';
import type { CreateServer } from './mcp/open-session.ts';
import type { Misroute } from './relay/relay.ts';
import type { JoinEvents } from './shared-services.ts';

export const NODE_DEFAULTS = {
  mcpPath: '/mcp',
  publicHosts: [] as readonly string[],
  origins: [] as readonly string[],
  /** false: the session host gets Host and Origin unchanged, and checks them. */
  checkHosts: true,
  cookie: '_mcp_backend',
  maxSessions: 10_000,
  idleMs: 30 * 60_000,
  stopDelayMs: 0,
  graceMs: 20_000,
  eventLimits: { maxEvents: 256, maxBytes: 1024 * 1024 } as EventLimits,
  processMetrics: false,
};

/** About a session, for accounting, billing or cleanup. */
export type SessionFacts = {
  readonly session: string;
  readonly node: string;
  readonly principal: Principal | undefined;
};

export type NodeOptions = Partial<typeof NODE_DEFAULTS> & {
  readonly name: NodeId;
  /** Replaces the name in ids, so that they do not reveal it. */
  readonly tag?: NodeId | undefined;
  /** As in the balancer's file. */
  readonly url: string;
  /** The server in this process. */
  readonly createServer?: CreateServer | undefined;
  /** Another session host; then `createServer` is not called. */
  readonly makeHost?: MakeHost | undefined;
  /** Passes misrouted requests to the node that has the session; without it they are refused with the reason. */
  readonly misroute?: Misroute | undefined;
  /**
   * The keys that seal the state clients carry; the same on all nodes. The first one seals. Without keys this node
   * generates its own.
   */
  readonly stateKeys?: Keys | undefined;
  readonly joinRegistry: (self: Self) => SessionRegistry;
  /** How it exchanges events with other nodes; without it, clients get the events of this node only. */
  readonly joinEvents?: JoinEvents | undefined;
  /** Further paths of a node that listens by itself. */
  readonly ownRoutes?: AskRoutes | undefined;
  readonly log: Log;
  /** Authenticates the caller, if no app has set `req.auth` or passed it to `fetch`. */
  readonly authenticate?: Authenticate | undefined;
  /** The owner of a session; by default from the authenticator's `extra.iss` and `extra.sub`. */
  readonly principal?: NamePrincipal | undefined;
  /** The header in which a proxy in front names the caller; used instead of `auth`. */
  readonly principalHeader?: string | undefined;
  /** Limit of a request's body: by default 4 MiB, and 64 MiB in front of another server. */
  readonly maxBodyBytes?: number | undefined;
  /** Called once a session exists, with the name and version of its client. */
  readonly onOpened?: ((session: SessionFacts & { readonly client: string }) => void) | undefined;
  readonly onClosed?: ((session: SessionFacts & { readonly why: CloseReason }) => void) | undefined;
  /** For ages. */
  readonly now?: () => number;
  /** For dates. */
  readonly wallClock?: () => number;
};

/** With nothing left out. */
export type Complete = typeof NODE_DEFAULTS &
  NodeOptions & { readonly now: () => number; readonly wallClock: () => number } & IdentifyOptions;

export const complete = (given: NodeOptions): Complete => ({
  ...{ now: steadyNow, wallClock: Date.now, authenticate: undefined, principal: undefined, principalHeader: undefined },
  ...NODE_DEFAULTS,
  ...given,
});
