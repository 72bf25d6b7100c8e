import { decodeNode, decodeSession, type NodeRecord, nodeKey, type SessionRecord, sessionKey } from './records.ts';
import type { RedisLink } from './redis.ts';
import type { Trouble } from './redis-trouble.ts';
import { ownerOf, type SessionId } from './session-id.ts';

export type LookedUp =
  | { readonly kind: 'found'; readonly session: SessionRecord | null; readonly owner: NodeRecord | null }
  | { readonly kind: 'failed'; readonly trouble: Trouble };

const NOTHING: LookedUp = { kind: 'found', session: null, owner: null };

/** One session and the heartbeat of the node that its id names: two commands, however many sessions there are. */
export const lookUp = async (link: RedisLink, id: SessionId): Promise<LookedUp> => {
  const owner = ownerOf(id);
  const [session, node] = await Promise.all([link.call('GET', sessionKey(id)), link.call('GET', nodeKey(owner))]);
  if (session.ok && node.ok)
    return { kind: 'found', session: decodeSession(id, session.value), owner: decodeNode(owner, node.value) };
  const failed = session.ok ? node : session;
  // A refused key is not text, so it is not our record.
  return failed.ok || failed.trouble.kind === 'refused' ? NOTHING : { kind: 'failed', trouble: failed.trouble };
};
