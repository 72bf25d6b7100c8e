import { SERVER_ERROR, SESSION_NOT_FOUND } from './json-rpc.ts';
import type { PinCookie } from './pin-cookie.ts';

export type AbsenceReason =
  | 'unknown'
  | 'expired'
  | 'wrong-node'
  | 'owner-silent'
  | 'owner-restarted'
  | 'owner-gone'
  | 'closed'
  | 'forgotten'
  | 'server-ended';

/** What the registry knows about the session; `unavailable` if it could not be asked. */
export type KnownLocation =
  | { readonly kind: 'wrong-node' | 'owner-silent' | 'owner-restarted' | 'owner-gone'; readonly owner: string }
  | { readonly kind: 'unknown' | 'expired' | 'closed' | 'forgotten' | 'server-ended' | 'unavailable' };

/**
 * How an owner's health URL reacts: `silent` accepts but does not answer; `unreachable` neither accepts nor refuses;
 * `replaced`: another node answers there, such as the same one with another tag.
 */
export type OwnerState = 'answers' | 'refuses' | 'silent' | 'unreachable' | 'replaced';

/**
 * A heartbeat is some seconds old, so the owner's own answer counts more. A frozen node still has its sessions and may
 * continue at any moment. A node that is far away or behind a firewall is not gone.
 */
export const whereNow = (owner: string, word: OwnerState): KnownLocation => {
  if (word === 'refuses') return { kind: 'owner-gone', owner };
  if (word === 'replaced') return { kind: 'owner-restarted', owner };
  return { kind: word === 'silent' ? 'owner-silent' : 'wrong-node', owner };
};

/** `error.data` of the 404. It names nodes, but never a session. */
export type Absence = {
  readonly reason: AbsenceReason;
  readonly node: string;
  readonly owner?: string;
  readonly cookie: PinCookie;
  readonly remedy: string;
};

export type AbsenceFacts = {
  readonly location: KnownLocation;
  readonly node: string;
  readonly cookie: PinCookie;
  readonly cookieName: string;
};

export const explainAbsence = (facts: AbsenceFacts): Absence => {
  const { location, node, cookie } = facts;
  const reason = location.kind === 'unavailable' ? 'unknown' : location.kind;
  const owner = 'owner' in location ? { owner: location.owner } : {};
  return { reason, node, ...owner, cookie, remedy: remedyFor(facts) };
};

/**
 * After a 404 a client gives up its session. On a frozen node the session is still alive: with 503 the client keeps its
 * id.
 */
export const refusalOf = ({ reason, remedy }: Absence) =>
  reason === 'owner-silent'
    ? {
        status: 503,
        code: SERVER_ERROR,
        message: `Session not reachable now. ${remedy}`,
        headers: { 'retry-after': '2' },
      }
    : { status: 404, code: SESSION_NOT_FOUND, message: `Session not found (${reason}). ${remedy}` };

const AGAIN = 'Send initialize without Mcp-Session-Id to open a new session.';

const remedyFor = (facts: AbsenceFacts): string => {
  const { location } = facts;
  switch (location.kind) {
    case 'wrong-node':
      return `The session lives on ${location.owner}: ${pinAdvice(facts, location.owner)} Or: ${AGAIN}`;
    case 'owner-silent':
      return `${location.owner} has the session and does not answer at the moment. Send this request again, with the same Mcp-Session-Id.`;
    case 'owner-restarted':
      return `${location.owner} has restarted, so its sessions are gone. ${AGAIN}`;
    case 'owner-gone':
      return `${location.owner} is no longer running, so its sessions are gone. ${AGAIN}`;
    case 'closed':
      return `The session was closed. ${AGAIN}`;
    case 'forgotten':
      return `The server behind ${facts.node} no longer has the session: it has restarted or ended it. ${AGAIN}`;
    case 'server-ended':
      return `The session's own server process has ended, and the session with it. ${AGAIN}`;
    case 'expired':
      return `The session was idle for too long, and has ended. ${AGAIN}`;
    case 'unknown':
      return `No node has this session. ${AGAIN}`;
    case 'unavailable':
      return `This node does not have the session, and the registry is not available now. ${AGAIN}`;
  }
};

const pinAdvice = ({ node, cookie, cookieName }: AbsenceFacts, owner: string): string => {
  const route = `route on the session id (HeaderRegexp(\`Mcp-Session-Id\`, \`^${owner}\\.\`)).`;
  if (!cookie.sent) return `the request had no ${cookieName} cookie; let the client keep cookies, or ${route}`;
  if (cookie.node === owner)
    return `the ${cookieName} cookie names it, but the balancer considers it down, or the route ignores cookies; ${route}`;
  if (cookie.node === node) return `the ${cookieName} cookie names ${node}, set after the session was opened; ${route}`;
  return `the ${cookieName} cookie names ${cookie.node ?? 'no known node'}; ${route}`;
};
