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
import type { JoinEvents } from './surroundings.ts';

export const NODE_DEFAULTS = {
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
};

/** Of a session, for those who count, bill or tidy up. */
export type SessionFacts = {
  readonly session: string;
  readonly node: string;
  readonly principal: Principal | undefined;
};

export type NodeOptions = Partial<typeof NODE_DEFAULTS> & {
  readonly name: NodeId;
  /** As the balancer's file has it. */
  readonly url: string;
  /** The server in this process. */
  readonly createServer?: CreateServer | undefined;
  /** Who else keeps the sessions; then `createServer` is not asked. */
  readonly makeHost?: MakeHost | undefined;
  /** Misroutes are passed on to the node that has the session; without, they are refused with the reason. */
  readonly misroute?: Misroute | undefined;
  /** With which what clients carry is sealed: those of all nodes. The first one seals. Without, this node draws its own. */
  readonly stateKeys?: Keys | undefined;
  readonly joinRegistry: (self: Self) => SessionRegistry;
  /** How it hears what other nodes tell and tells them; without, clients hear of this node only. */
  readonly joinEvents?: JoinEvents | undefined;
  /** Further paths of a node that listens by itself. */
  readonly ownRoutes?: AskRoutes | undefined;
  readonly log: Log;
  /** Who calls, where no app has said it by `req.auth`, or to `fetch`. */
  readonly authenticate?: Authenticate | undefined;
  /** Whose a session is: else by `extra.iss` and `extra.sub` of what an authenticator says. */
  readonly principal?: NamePrincipal | undefined;
  /** In which a proxy in front says who calls, in place of what `auth` says. */
  readonly principalHeader?: string | undefined;
  /** Of a request's body: 4 MiB, and before a server elsewhere 64 MiB. */
  readonly maxBodyBytes?: number | undefined;
  /** Told once a session is there, with the name and version of its client. */
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
