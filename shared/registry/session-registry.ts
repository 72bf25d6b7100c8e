import type { DrainMark } from './drain-mark.ts';
import type { NodeId, SessionId } from './session-id.ts';

/** A process that owns sessions. `boot` is new at each start: the sessions of an earlier boot are gone. */
export type Self = { readonly node: NodeId; readonly boot: string; readonly url: string };

/** What a node holds beside sessions: values that a client names by a handle, and tasks. */
export type StateKind = 'handle' | 'task';

export type Session = {
  readonly id: SessionId;
  /** Left out for a session. */
  readonly kind?: StateKind;
  /** Milliseconds since the epoch. */
  readonly created: number;
  /** What the client calls itself; cut to a length that keeps the record small. */
  readonly client: string;
};

/** `remembered`: the store is away or refuses; what was asked is kept and done when it can be. */
export type Written = { readonly kind: 'written' } | { readonly kind: 'remembered'; readonly why: string };

/** forgotten: the server behind its node no longer knew it. server-ended: it had one of its own, which is gone. */
export type Ending = 'closed' | 'expired' | 'forgotten' | 'server-ended';

/** Where a session is that this process does not hold. All but the last are reasons of the 404 that its client gets. */
export type SessionLocation =
  | { readonly kind: 'wrong-node'; readonly owner: NodeId; readonly url: string; readonly draining: boolean }
  | { readonly kind: 'owner-restarted'; readonly owner: NodeId }
  | { readonly kind: 'owner-gone'; readonly owner: NodeId }
  | { readonly kind: Ending }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'unavailable'; readonly why: string };

/** `abandoned`: the record is there, its process is not, and with it the session. */
export type SessionListing = Session & {
  readonly node: NodeId;
  readonly boot: string;
  readonly state: 'live' | 'abandoned';
};
/** What a node says of itself with each heartbeat. */
export type NodeWord = {
  readonly draining: boolean;
  /** No session begins in this process any more, and none is being opened. */
  readonly refusing?: boolean | undefined;
  /** The drain that it has heard of. */
  readonly drain?: string;
};
/** `idle` is asked anew at each heartbeat. */
export type Announced = NodeWord & { readonly idle?: () => number };
/** `sessions`: with handles and tasks, all for which a drain waits. */
export type NodeListing = Self &
  NodeWord & {
    readonly sessions: number;
    /** Undefined: it is of a version that hears of no drains. */
    readonly refusing: boolean | undefined;
    /** Of the sessions: those that nobody listens to or waits for. */
    readonly idle?: number;
  };

export type Listed<Item> =
  | { readonly kind: 'listed'; readonly items: readonly Item[]; readonly complete: boolean }
  | { readonly kind: 'unavailable'; readonly why: string };

export type RegistryStatus = {
  readonly state: 'ready' | 'degraded';
  /** Why and since when (milliseconds since the epoch) it is degraded. */
  readonly why?: string;
  readonly since?: number;
  readonly live: number;
  /** Sessions whose record the store has yet to be told. */
  readonly pending: number;
  /** Deletes given up because too many waited: these records stay until their TTL ends. */
  readonly dropped: number;
  readonly errors: number;
  /** The boot of another process that calls itself by this node's name. */
  readonly rival?: string;
};

export type MarkListener = (mark: DrainMark | null) => void;

/**
 * That sessions exist, and where: never what is in them. No method throws because the store is away, and none
 * keeps its caller longer than the command timeout. A node asks its own map first, so a request of a session
 * that it holds costs no command.
 */
export type SessionRegistry = {
  /** One write. */
  open(session: Session): Promise<Written>;
  /** One delete, for any session: it may belong to another node or to an earlier process. */
  close(id: SessionId, ending?: Ending): Promise<Written>;
  /** To be called at each use; renews the record once an hour at most, with the next heartbeat. */
  touch(id: SessionId): void;
  whereIs(id: SessionId): Promise<SessionLocation>;
  /** Begins the heartbeat by which others know that this node lives, or says at once what changed. */
  announce(word: Announced): Promise<Written>;
  /** From now on each heartbeat tells what stands in the registry of a drain of this node; null: nothing. */
  onMark(listener: MarkListener): void;
  sessions(options?: { readonly limit?: number }): Promise<Listed<SessionListing>>;
  nodes(): Promise<Listed<NodeListing>>;
  /** Of these nodes the heartbeats that there are: one read each, and no walk. */
  heartbeats(nodes: readonly NodeId[]): Promise<Listed<NodeListing>>;
  status(): RegistryStatus;
  /**
   * Takes the node out of the registry. Sessions not closed by then keep their record for another hour, so that
   * their clients, back after a deploy, are told that the owner is gone or restarted and not that the session is unknown.
   */
  quit(): Promise<void>;
};
