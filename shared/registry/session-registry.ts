import type { DrainMark } from './drain-mark.ts';
import type { NodeId, SessionId } from './session-id.ts';

/** A process that owns sessions. `boot` is new at each start: the sessions of an earlier boot are gone. */
export type Self = {
  readonly node: NodeId;
  /** Its name, if it has a tag. */
  readonly name?: string | undefined;
  readonly boot: string;
  readonly url: string;
};

/** Its name for people. */
export const nameOf = ({ node, name = node }: Pick<Self, 'node' | 'name'>): string => name;

/** What a node holds besides sessions: values that a client names by a handle, and tasks. */
export type StateKind = 'handle' | 'task';

export type Session = {
  readonly id: SessionId;
  /** Left out for a session. */
  readonly kind?: StateKind;
  /** Milliseconds since the epoch. */
  readonly created: number;
  /** The client's own name, cut to a length that keeps the record small. */
  readonly client: string;
};

/** `remembered`: the store is down or refuses; the change is kept and made later. */
export type Written = { readonly kind: 'written' } | { readonly kind: 'remembered'; readonly why: string };

/**
 * forgotten: the server behind its node no longer knew it. server-ended: it had its own server process, which is gone.
 */
export type Ending = 'closed' | 'expired' | 'forgotten' | 'server-ended';

/** Where a session is that this process does not hold. All but the last are reasons of the client's 404. */
export type SessionLocation =
  | { readonly kind: 'wrong-node'; readonly owner: NodeId; readonly url: string; readonly draining: boolean }
  | { readonly kind: 'owner-restarted'; readonly owner: NodeId }
  | { readonly kind: 'owner-gone'; readonly owner: NodeId }
  | { readonly kind: Ending }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'unavailable'; readonly why: string };

/** `abandoned`: the record exists, but its process and with it the session are gone. */
export type SessionListing = Session & {
  readonly node: NodeId;
  /** The node's name, if it has a tag. */
  readonly name?: string | undefined;
  /** For tools, which know the node by its name: what the id begins with. */
  readonly tag?: string;
  readonly boot: string;
  readonly state: 'live' | 'abandoned';
};
/** What a node reports about itself with each heartbeat. */
export type NodeStatus = {
  readonly draining: boolean;
  /** This process takes no new session any more, and none is being opened. */
  readonly refusing?: boolean | undefined;
  /** The drain that it has acknowledged. */
  readonly drain?: string;
};
/** `idle` is read again for each heartbeat. */
export type Announced = NodeStatus & { readonly idle?: () => number };
/** `sessions` includes handles and tasks: everything that a drain waits for. */
export type NodeListing = Self &
  NodeStatus & {
    readonly sessions: number;
    /** Undefined: its version does not support drains. */
    readonly refusing: boolean | undefined;
    /** For tools, which know it by its name: the prefix of its ids. */
    readonly tag?: string;
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
  /** Sessions whose record has not been written to the store yet. */
  readonly pending: number;
  /** Deletes given up because too many waited: these records stay until their TTL ends. */
  readonly dropped: number;
  readonly errors: number;
  /** The boot of another process with this node's name. */
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
  /** Call it at each use; renews the record at most once an hour, with the next heartbeat. */
  touch(id: SessionId): void;
  whereIs(id: SessionId): Promise<SessionLocation>;
  /** Starts the heartbeat that shows others that this node is alive, or writes a change at once. */
  announce(word: Announced): Promise<Written>;
  /** From now on each heartbeat reports this node's drain mark from the registry; null: there is none. */
  onMark(listener: MarkListener): void;
  sessions(options?: { readonly limit?: number }): Promise<Listed<SessionListing>>;
  nodes(): Promise<Listed<NodeListing>>;
  /** The existing heartbeats of these nodes: one read each, no scan. */
  heartbeats(nodes: readonly NodeId[]): Promise<Listed<NodeListing>>;
  status(): RegistryStatus;
  /**
   * Takes the node out of the registry. Sessions not closed by then keep their record for another hour, so that
   * their clients, back after a deploy, are told that the owner is gone or restarted and not that the session is unknown.
   */
  quit(): Promise<void>;
};
