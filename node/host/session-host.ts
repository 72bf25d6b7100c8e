import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AuthInfo } from '@modelcontextprotocol/sdk/server/auth/types.js';
import type { Log } from '../../shared/log.ts';
import type { NodeId, SessionId } from '../../shared/registry/session-id.ts';
import type { RequestId } from '../core/json-rpc.ts';
import type { JsonRpcError } from '../http/json-rpc-error.ts';

/**
 * The port between a node and whatever keeps the state of its sessions. In front of it is what every node does: which
 * session a request names, the 404, limits, drain, registry, probes, metrics. Behind it is a server in this process, or
 * another server. All implementations pass test-contract.ts.
 */
export type SessionHost = {
  /** Loads its code, so that no request waits for it. Always called before the first request. */
  load(): Promise<void>;
  /** A request that names no session. It may open one: `admit` first, then `sessions.add`. */
  begin(exchange: Exchange): Promise<void>;
  /** Other paths, and OPTIONS on all paths. Undefined: there are none, and the node answers preflights. */
  readonly others?: (req: IncomingMessage, res: ServerResponse) => Promise<void>;
  /** For a caller whose session is not here: whether it refuses the credentials. If so, it has already answered. */
  refuses?(exchange: Exchange): Promise<boolean>;
  /** Whether it can serve its sessions now; called for every probe. */
  health(): Promise<HostHealth>;
  /** After the last session has ended. */
  stop(): Promise<void>;
};

/**
 * `starts`: how often its server was seen to restart. exposed: it can be reached directly, without this node. gone: it
 * is not running. silent: it is running but does not answer.
 */
export type HostHealth =
  | { readonly kind: 'up'; readonly starts?: number; readonly exposed?: boolean }
  | { readonly kind: 'gone' | 'silent'; readonly why: string };

/** The owner of a session, according to an authenticator. */
export type Principal = string;

/** One request to the MCP endpoint, and its answer. */
export type Exchange = {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  /** Undefined: there is no authentication. */
  readonly principal: Principal | undefined;
  /** For the server: the caller, according to an authenticator in this process. */
  readonly auth?: AuthInfo | undefined;
};

/** A session that this node holds, wherever its state is. */
export type HostedSession = {
  /** Begins with the node's name. */
  readonly id: SessionId;
  readonly created: number;
  /** Requests of other principals get the 404 of an unknown session, and never arrive here. */
  readonly principal: Principal | undefined;
  /** When the node stops it ends them cleanly. */
  readonly openAnswers: ReadonlySet<OpenAnswer>;
  answer(exchange: Exchange): Promise<void>;
  isIdle(now: number, idleMs: number): boolean;
  /** Must synchronously stop counting its calls as running. Called once, by the table. */
  end(why: CloseReason): Promise<void>;
};

/** server: it ended the session itself. forgotten: it no longer knows the session. died: its process is gone. */
export type CloseReason = 'deleted' | 'idle' | 'server' | 'forgotten' | 'died' | 'abandoned' | 'failed' | 'shutdown';

/** One HTTP answer that is still open. */
export type OpenAnswer = {
  /** Ends it cleanly, after a last message to the client. */
  end(farewell?: string): void;
  readonly ended: Promise<void>;
};

/**
 * The 404 of a session that is not here. `gone`: its server is gone; `silent`: the node that has it does not answer;
 * `masked`: it is here but belongs to somebody else, which must not show; otherwise the registry is asked why.
 */
export type SendMissing = (exchange: Exchange, missing: Missing) => Promise<void>;
export type Missing = {
  readonly id: string;
  readonly caller?: RequestId | null;
  readonly gone?: boolean;
  readonly silent?: string;
  readonly masked?: boolean;
};

/**
 * Passes it to the node that holds what the request names; without one, to a node that takes new sessions. false: no
 * node has answered.
 */
export type HandOver = (exchange: Exchange, body: Buffer, holder?: string) => Promise<boolean>;

/** What a node gives to its host. */
export type HostParts = {
  readonly node: NodeId;
  readonly sessions: HeldSessions;
  readonly admit: Admit;
  readonly sendMissing: SendMissing;
  /** Streams that nobody waits for end here. */
  readonly stopping: AbortSignal;
  /** Set if misroutes are passed on; then a request id that its session has already used is refused too. */
  readonly handOver: HandOver | undefined;
  /** Limit of a request's body; undefined: the default of each host. */
  readonly maxBodyBytes: number | undefined;
  /** For ages. */
  readonly now: () => number;
  /** For dates. */
  readonly wallClock: () => number;
  readonly log: Log;
};

export type MakeHost = (parts: HostParts) => SessionHost;

/**
 * Reserves a place for a session about to open, to be released once it is added or has failed; or the answer that says
 * why not.
 */
export type Admit = () =>
  | { readonly kind: 'admitted'; release(): void }
  | { readonly kind: 'refused'; readonly error: JsonRpcError };

/** The part of the node's session table that its host uses. */
export type HeldSessions = {
  /** From now on requests find it. `client` is its name and version, for the registry. */
  add(session: HostedSession, client: string): Promise<void>;
  /** The first call gives the reason; then `end` of the session is called. */
  close(id: SessionId, why: CloseReason): Promise<void>;
  /** 1 when a call begins, -1 when it ends: a node that stops waits for all of them. */
  countCall(by: 1 | -1): void;
};
