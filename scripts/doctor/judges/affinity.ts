/** Do sessions stick: with cookies, without them, over one connection and over many? */
import type { Found } from '../../../shared/found.ts';
import { prefixesOf } from '../../../shared/topology/prefixes.ts';
import type { Facts, Followed } from '../facts.ts';
import { type Finding, type Fix, goodFinding } from '../finding.ts';
import { cookiesOf, headerOf, isHeld, nodeOf, outcomes, type Reply, sessionOf } from '../reply.ts';

const isLimited = (reply: Reply): boolean => reply.kind === 'answered' && reply.status === 429;

const callsOf = ({ initialized, onConnection, reconnected }: Followed): readonly Reply[] =>
  [initialized, ...onConnection, ...reconnected].filter((reply) => !isLimited(reply));

const lostOf = (followed: Followed): readonly Reply[] => callsOf(followed).filter((reply) => !isHeld(reply));

export const sticks = (followed: Followed | undefined): boolean =>
  followed !== undefined && isHeld(followed.opened) && lostOf(followed).length === 0;

export const judgeAffinity = (facts: Facts): Found<Finding> => {
  const { withCookies, withoutCookies } = facts;
  if (withCookies === undefined || withoutCookies === undefined) return undefined;
  const both = [withCookies, withoutCookies];
  return [
    limited(both),
    ofNoNode(both),
    passedOn(facts, both),
    judgeWith({ ...facts, withCookies, withoutCookies }),
    sticks(withCookies) ? judgeWithout(withoutCookies, facts) : undefined,
    oneNode(facts),
  ];
};

type Both = Facts & { readonly withCookies: Followed; readonly withoutCookies: Followed };

const judgeWith = (facts: Both): Found<Finding> => {
  const { withCookies, withoutCookies } = facts;
  if (sticks(withCookies)) return stays('sticks', 'with its cookies', withCookies);
  const byConnection = [withCookies.initialized, ...withCookies.onConnection].every(isHeld);
  const seen = lossOf(withCookies);
  if (byConnection)
    return {
      id: 'lost-on-reconnect',
      severity: 'problem',
      seen: `${seen}; none on the connection that opened it`,
      why: 'the connection is pinned, not the session: sessions are lost whenever a client, or a proxy before it, opens a new connection',
      fix: pin(facts),
    };
  return {
    id: 'session-lost',
    severity: 'problem',
    seen: `${seen}${sticks(withoutCookies) ? '; without cookies, none' : ''}`,
    why: 'requests of one session go to different nodes: its clients fail when they connect, or later',
    fix: pin(facts),
  };
};

const judgeWithout = (withoutCookies: Followed, facts: Facts): Found<Finding> => {
  if (sticks(withoutCookies)) return stays('sticks-without-cookies', 'by its id alone', withoutCookies);
  return {
    id: 'cookie-only',
    severity: facts.topology?.affinity === 'cookie' ? 'warning' : 'problem',
    seen: `without cookies, ${lossOf(withoutCookies)}`,
    why: 'most MCP clients keep no cookies (the SDKs for TypeScript, Go, Rust and Java): they fail when they connect',
    fix: {
      ...pinById(facts),
      traefik: ROUTER_BY_ID,
    },
  };
};

const ROUTER_BY_ID =
  'a router for each node, PathPrefix(`/mcp`) && HeaderRegexp(`Mcp-Session-Id`, `^n1\\.`), to a failover service: that node, else all';

const NAMED_IDS =
  'session ids that begin with the node’s name: <node>.<uuid>; a server that you cannot change gets them from a node in front of it: npm run node -- --name NODE --upstream URL';

const pinById = ({ withCookies, topology }: Facts): Fix => {
  const node = nodeOf(withCookies?.opened);
  const known = topology?.nodes.find(({ id }) => id === node);
  const named = (known ? prefixesOf(known) : [node]).some((prefix) =>
    sessionOf(withCookies?.opened)?.startsWith(`${prefix}.`),
  );
  return {
    topology: 'affinity: both, then npm run generate',
    ...(!named && { node: NAMED_IDS }),
  };
};

/** Over plain HTTP a Secure cookie would not come back. */
const pin = (facts: Facts): Fix => ({
  ...pinById(facts),
  traefik: `sticky.cookie: {name: _mcp_backend, httpOnly: true, secure: ${facts.target.secure}, sameSite: strict} on the service of /mcp; better with ${ROUTER_BY_ID}`,
});

const lossOf = (followed: Followed): string => {
  const lost = lostOf(followed);
  return `${lost.length} of ${callsOf(followed).length} requests of a session were lost: ${outcomes(lost)}`;
};

const stays = (id: string, how: string, followed: Followed): Finding => {
  const nodes = [...new Set(callsOf(followed).map(nodeOf))].filter((node) => node !== undefined);
  return goodFinding({
    id,
    seen: `${callsOf(followed).length} of ${callsOf(followed).length} requests of a session arrived ${how}${nodes.length === 1 ? `, all at ${nodes[0]}` : ''}`,
    why: `${followed.reconnected.length} of them on new connections`,
  });
};

const limited = (all: readonly Followed[]): Found<Finding> => {
  const count = all.flatMap(({ initialized, onConnection, reconnected }) =>
    [initialized, ...onConnection, ...reconnected].filter(isLimited),
  ).length;
  if (count === 0) return undefined;
  return {
    id: 'rate-limited',
    severity: 'warning',
    seen: `${count} requests were answered 429, and are not counted`,
    why: 'a client that calls tools in quick succession may get it too',
    fix: { traefik: 'a higher average and burst of the rateLimit, or fewer --calls here' },
  };
};

/** Nodes give their name and speak JSON-RPC: a 404 with neither comes from something in between. */
const isOfNoNode = (reply: Reply): boolean =>
  reply.kind === 'answered' && reply.status === 404 && reply.message === undefined && nodeOf(reply) === undefined;

const ofNoNode = (all: readonly Followed[]): Found<Finding> => {
  const count = all
    .filter(({ opened }) => nodeOf(opened) !== undefined)
    .flatMap(callsOf)
    .filter(isOfNoNode).length;
  if (count === 0) return undefined;
  return {
    id: 'not-found-by-proxy',
    severity: 'problem',
    seen: `${count} requests of a session got a 404 that no node wrote: without JSON-RPC and without x-mooring-node`,
    why: 'a proxy wrote it, which is just starting or has other routes; to clients it means that their session has ended',
    fix: {
      traefik:
        'send no clients to a Traefik that has not read its routes: use a path of the nodes as its readiness check',
    },
  };
};

const relayedBy = (reply: Reply): string | undefined => headerOf(reply, 'x-mooring-relayed-by');

/** They arrive, at a price: without misroute: relay they would be lost. */
const passedOn = (facts: Facts, all: readonly Followed[]): Found<Finding> => {
  const calls = all.flatMap(callsOf);
  const by = calls.map(relayedBy).filter((node) => node !== undefined);
  if (by.length === 0) return undefined;
  return {
    id: 'misroutes-relayed',
    severity: 'warning',
    seen: `${by.length} of ${calls.length} requests of a session reached another node, and were relayed by ${[...new Set(by)].join(', ')}`,
    why: 'each costs two nodes and one more network hop, and fails if either node fails',
    fix: { ...pinById(facts), traefik: ROUTER_BY_ID },
  };
};

/** The server that answered: by its own name, else by the cookie that names it. */
const traceOf = (reply: Reply): string | undefined =>
  nodeOf(reply) ??
  (cookiesOf(reply)
    .map(({ name, value }) => `${name}=${value}`)
    .join(';') ||
    undefined);

const tracesOf = ({ withCookies, withoutCookies, browser, discover }: Facts): ReadonlySet<string | undefined> => {
  const fresh = [withCookies?.opened, withoutCookies?.opened, browser.opened, discover];
  return new Set(fresh.filter((one) => one !== undefined).map(traceOf));
};

export const sawOneNode = (facts: Facts): boolean => tracesOf(facts).size === 1;

const oneNode = (facts: Facts): Found<Finding> => {
  const traces = tracesOf(facts);
  if (traces.size !== 1 || !sticks(facts.withoutCookies)) return undefined;
  const [trace] = traces;
  return {
    id: 'one-node',
    severity: 'note',
    seen:
      trace === undefined
        ? 'answers do not show their node'
        : `every new session went to one node${nodeOf(facts.withCookies?.opened) === undefined ? '' : ` (${trace})`}`,
    why: 'with one node everything sticks: this says nothing about several nodes',
    fix: { node: 'start a second one, or send the name of the node in x-mooring-node' },
  };
};
