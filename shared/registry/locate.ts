import type { NodeRecord, SessionRecord } from './records.ts';
import type { Self, SessionListing, SessionLocation } from './session-registry.ts';

export type Found = {
  readonly self: Self;
  readonly session: SessionRecord | null;
  /** The heartbeat of the node that the session id names. */
  readonly owner: NodeRecord | null;
};

/**
 * What is known about a session that this process does not hold. A record alone is not a session: its process must be
 * alive, with the boot that opened it. Closed and expired sessions leave no record: only the process that ended one
 * knows (ended-sessions.ts), for all others it is unknown.
 */
export const locate = ({ self, session, owner }: Found): SessionLocation => {
  if (!session) return { kind: 'unknown' };
  if (session.node === self.node) {
    // Our own record without a session: its delete is still pending.
    return session.boot === self.boot ? { kind: 'closed' } : { kind: 'owner-restarted', owner: self.node };
  }
  if (!owner) return { kind: 'owner-gone', owner: session.node };
  // What had this URL before was this node with another tag.
  const replaced = self.url !== '' && owner.url === self.url;
  if (owner.boot !== session.boot || replaced) return { kind: 'owner-restarted', owner: session.node };
  return { kind: 'wrong-node', owner: session.node, url: owner.url, draining: owner.draining };
};

/** Its process neither holds it nor closed it: this happens once the process has begun to stop. */
export const stoppedOn = ({ node }: Self): SessionLocation => ({ kind: 'owner-gone', owner: node });

export const listed = (session: SessionRecord, owner: NodeRecord | undefined): SessionListing => ({
  ...session,
  ...(owner?.name !== undefined && { name: owner.name }),
  state: owner?.boot === session.boot ? 'live' : 'abandoned',
});
