import { prefixOf } from '../../router/explain/node-routes.ts';
import { parseSessionId } from '../../shared/registry/session-id.ts';
import type { NodeListing } from '../../shared/registry/session-registry.ts';
import type { SeenSession, Snapshot } from './snapshot.ts';

/** The history of one session, as far as the registry and its node know it. */
export type History = {
  /** live: it is there. silent: its heartbeat says so, but its node does not answer. */
  readonly state: 'live' | 'silent' | SeenSession['presence'] | 'unknown' | 'no-id';
  readonly session: SeenSession | undefined;
  readonly owner: NodeListing | undefined;
  readonly node: string | undefined;
  readonly happened: readonly string[];
  readonly clientGets: string;
  readonly remedy: string;
};

export type Asked = {
  readonly id: string;
  readonly snapshot: Snapshot;
  /** The boot that answers at the owner's URL; undefined: nothing answers there, or it was not asked. */
  readonly boot: string | undefined;
};

/** The sessions whose id starts with this; a whole id matches itself. */
export const findSessions = ({ sessions }: Snapshot, id: string): readonly SeenSession[] => {
  const beginning = id.replace(/…$/, '');
  const exact = sessions.filter((session) => session.id === beginning);
  return exact.length > 0 ? exact : sessions.filter((session) => session.id.startsWith(beginning));
};

/** Of two processes with the same name, the one that opened it. */
export const ownerIn = (
  { nodes }: Snapshot,
  { node, boot }: { readonly node: string | undefined; readonly boot?: string },
): NodeListing | undefined =>
  nodes.find((one) => one.node === node && one.boot === boot) ?? nodes.find((one) => one.node === node);

const BEGIN_ANEW = 'send initialize without Mcp-Session-Id; clients that follow the protocol do so after a 404';

export const historyOf = ({ id, snapshot, boot }: Asked): History => {
  const [session] = findSessions(snapshot, id);
  const prefix = prefixOf(id);
  const node = session?.node ?? snapshot.nodes.find((one) => (one.tag ?? one.node) === prefix)?.node ?? prefix;
  const owner = ownerIn(snapshot, session ?? { node });
  if (session === undefined) return absent({ id, node, owner, snapshot });
  const opened = `opened on ${session.node} at ${new Date(session.created).toISOString()}${session.client === '' ? '' : ` by ${session.client}`}`;
  const common = { session, owner, node };
  if (session.presence === 'owner-gone')
    return {
      ...common,
      state: 'owner-gone',
      happened: [
        opened,
        `${session.node} has no heartbeat${session.tag === undefined ? '' : ` with the tag ${session.tag}`}: its process was killed, lost the registry, or was stopped and not started again`,
      ],
      clientGets: '404 with the reason owner-gone, from any node',
      remedy: BEGIN_ANEW,
    };
  if (session.presence === 'owner-restarted')
    return {
      ...common,
      state: 'owner-restarted',
      happened: [opened, `${session.node} has restarted since, and sessions are in the memory of their process`],
      clientGets: '404 with the reason owner-restarted',
      remedy: `${BEGIN_ANEW}; npm run rolling-restart and npm run drain restart nodes without losing sessions`,
    };
  return alive({ session, owner, node, boot, opened });
};

type Alive = {
  readonly session: SeenSession;
  readonly owner: NodeListing | undefined;
  readonly node: string | undefined;
  readonly boot: string | undefined;
  readonly opened: string;
};

const alive = ({ session, owner, node, boot, opened }: Alive): History => {
  const common = { session, owner, node };
  if (boot === session.boot)
    return {
      ...common,
      state: 'live',
      happened: [
        opened,
        `${session.node} is alive, in the process that opened it`,
        ...(owner?.draining ? [`${session.node} is draining: this session continues, new ones go elsewhere`] : []),
      ],
      clientGets: 'answers, if its requests reach this node; from any other node 404 with the reason wrong-node',
      remedy: 'if it gets 404 anyway, it is routed to another node: npm run explain -- POST /mcp --session ID says why',
    };
  return {
    ...common,
    state: 'silent',
    happened: [
      opened,
      `by its heartbeat ${session.node} is alive, but ${owner?.url} ${boot === undefined ? 'cannot be reached from here' : 'is answered by another process'}`,
    ],
    clientGets:
      'nothing until its node answers again; 503 once the health check has taken the node out, and 404 when its heartbeat ends',
    remedy: `is ${owner?.url} the address of ${session.node}, and can it be reached from here? A frozen node looks like this as well`,
  };
};

type Absent = Pick<History, 'node' | 'owner'> & { readonly id: string; readonly snapshot: Snapshot };

const absent = ({ id, node, owner, snapshot }: Absent): History => {
  const common = { session: undefined, owner, node };
  const alive = ` (nodes alive: ${snapshot.nodes.map((one) => one.node).join(', ') || 'none'})`;
  if (node === undefined)
    return {
      ...common,
      state: 'no-id',
      happened: ['it names no node: ids here are NODE.UUID, so it is from another server, or incomplete'],
      clientGets: '404 with the reason unknown, from any node',
      remedy: BEGIN_ANEW,
    };
  const whole = parseSessionId(id) !== null;
  return {
    ...common,
    state: 'unknown',
    happened: [
      snapshot.complete
        ? 'the registry has no record of it'
        : `it is not among the ${snapshot.sessions.length} sessions that were listed`,
      owner === undefined
        ? `no node with the name or tag ${node} has a heartbeat${whole ? '' : alive}`
        : `${node} is alive at ${owner.url}`,
      whole
        ? 'it was closed by its client, ended because it was idle, or belongs to another environment: a session that ended leaves no record'
        : 'the id is incomplete: write NODE and a UUID, or the start of one that is listed',
    ],
    clientGets: '404 with the reason unknown; closed or expired from the node that ended it, while that process runs',
    remedy: BEGIN_ANEW,
  };
};
