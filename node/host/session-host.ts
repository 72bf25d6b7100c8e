import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AuthInfo } from '@modelcontextprotocol/sdk/server/auth/types.js';
import type { Log } from '../../shared/log.ts';
import type { NodeId, SessionId } from '../../shared/registry/session-id.ts';
import type { RequestId } from '../core/json-rpc.ts';
import type { JsonRpcError } from '../http/json-rpc-error.ts';

/**
 * The port between a node and whoever keeps the state of its sessions. Before it stands what every node does: which
 * session a request names, the 404 of one that is not here, places, drain, registry, probes, metrics. Behind it is a
 * server in this process, or one elsewhere. test-contract.ts is what all of them hold.
 */
export type SessionHost = {
  /** Its code, so that no request waits for it. Always called before the first request. */
  load(): Promise<void>;
  /** A request that names no session. It may open one: `admit` first, then `sessions.add`. */
  begin(exchange: Exchange): Promise<void>;
  /** Other paths, and OPTIONS on all of them. Undefined: nothing is there, and preflights are the node's to answer. */
  readonly others?: (req: IncomingMessage, res: ServerResponse) => Promise<void>;
  /** Of a caller whose session is not here: whether it refuses the credentials, which it has then answered. */
  refuses?(exchange: Exchange): Promise<boolean>;
  /** Whether it can serve its sessions now; asked by every probe. */
  health(): Promise<HostHealth>;
  /** After the last session has ended. */
  stop(): Promise<void>;
};

/** `starts`: how often its server was seen to come back. exposed: it can be reached past this node. gone: nobody is there. silent: it is, and does not answer. */
export type HostHealth =
  | { readonly kind: 'up'; readonly starts?: number; readonly exposed?: boolean }
  | { readonly kind: 'gone' | 'silent'; readonly why: string };

/** Whom a session belongs to, as an authenticator says it. */
export type Principal = string;

/** One request to the MCP endpoint, and its answer. */
export type Exchange = {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  /** Undefined: nobody authenticates here. */
  readonly principal: Principal | undefined;
  /** For the server: who calls, as an authenticator in this process says it. */
  readonly auth?: AuthInfo | undefined;
};

/** A session that this node holds, wherever its state is. */
export type HostedSession = {
  /** Begins with the node's name. */
  readonly id: SessionId;
  readonly created: number;
  /** Another one's requests get the 404 of an unknown session, and never come here. */
  readonly principal: Principal | undefined;
  /** When the node stops it ends them in good order. */
  readonly openAnswers: ReadonlySet<OpenAnswer>;
  answer(exchange: Exchange): Promise<void>;
  isIdle(now: number, idleMs: number): boolean;
  /** Before it first waits: its calls no longer count as running. Called once, by the table. */
  end(why: CloseReason): Promise<void>;
};

/** server: it ended the session by itself. forgotten: it no longer knows it. died: it is gone. */
export type CloseReason = 'deleted' | 'idle' | 'server' | 'forgotten' | 'died' | 'abandoned' | 'failed' | 'shutdown';

/** One HTTP answer that is still open. */
export type OpenAnswer = {
  /** Ends it in good order, after a last word to the client. */
  end(farewell?: string): void;
  readonly ended: Promise<void>;
};

/**
 * The 404 of a session that is not here, or no longer. `gone`: its server is; `silent`: the node that has it does not
 * answer; `masked`: it is here and somebody else's, which must not be seen; else the registry is asked why.
 */
export type SendMissing = (exchange: Exchange, missing: Missing) => Promise<void>;
export type Missing = {
  readonly id: string;
  readonly caller?: RequestId | null;
  readonly gone?: boolean;
  readonly silent?: string;
  readonly masked?: boolean;
};

/** To the node that holds what the request names; without, to one that takes new sessions. false: nobody has answered. */
export type HandOver = (exchange: Exchange, body: Buffer, holder?: string) => Promise<boolean>;

/** What a node gives to its host. */
export type HostParts = {
  readonly node: NodeId;
  readonly sessions: HeldSessions;
  readonly admit: Admit;
  readonly sendMissing: SendMissing;
  /** Given where misroutes are passed on; then a request id that its session has had is refused too. */
  readonly handOver: HandOver | undefined;
  /** Of a request's body; undefined: as each host has it. */
  readonly maxBodyBytes: number | undefined;
  /** For ages. */
  readonly now: () => number;
  /** For dates. */
  readonly wallClock: () => number;
  readonly log: Log;
};

export type MakeHost = (parts: HostParts) => SessionHost;

/** A place for a session about to open, to be released once it is added or has failed; or the answer that says why not. */
export type Admit = () =>
  | { readonly kind: 'admitted'; release(): void }
  | { readonly kind: 'refused'; readonly error: JsonRpcError };

/** The node's table, as far as its host needs it. */
export type HeldSessions = {
  /** From here on requests find it. `client` is its name and version, for the registry. */
  add(session: HostedSession, client: string): Promise<void>;
  /** Whoever calls it first says why; `end` of the session follows. */
  close(id: SessionId, why: CloseReason): Promise<void>;
  /** 1 when a call begins, -1 when it is over: a node that stops waits for the last. */
  countCall(by: 1 | -1): void;
};
