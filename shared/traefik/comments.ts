import type { Comment } from '../source/write-yaml.ts';
import type { Topology } from '../topology/topology.ts';
import type { TraefikDynamic } from './dynamic.ts';
import { PARTS } from './parts.ts';
import type { TraefikStatic } from './static.ts';

export const dynamicComments = (dynamic: TraefikDynamic, topology: Topology): readonly Comment[] => [
  ...routerComments(dynamic, topology),
  ...serviceComments(dynamic, topology),
  ...(dynamic.http.middlewares === undefined ? [] : [{ path: ['http', 'middlewares', PARTS.cors], text: CORS }]),
];

const CORS =
  'Lets pages of these origins reach the endpoint; without the exposed header they never see their session id.';

const routerComments = ({ http }: TraefikDynamic, topology: Topology): Comment[] => {
  const at = (name: string | undefined, text: string): Comment[] =>
    name === undefined || !(name in http.routers) ? [] : [{ path: ['http', 'routers', name], text }];
  const present = topology.nodes.find(({ state }) => state !== 'out');
  const ofIds = (text: string): string =>
    present?.tag === undefined ? text : text.replace("node's name", "node's tag");
  return [
    ...at(
      present && PARTS.node(present.id),
      ofIds(`A session id begins with its node's name, so a session needs no cookie.`),
    ),
    ...at(present && PARTS.cookie(present.id), COOKIE_ROUTER),
    ...at(present && PARTS.handle(present.id), ofIds(HANDLE_ROUTER)),
    ...at(PARTS.mcp, MCP_ROUTER[topology.affinity]),
    { path: ['http', 'routers', PARTS.mcp, 'priority'], text: PRIORITY_TEXT },
    ...at(PARTS.default, 'Everything else takes turns.'),
    ...at(PARTS.ping, 'For probes: 200 once all these routes are there, and not before.'),
  ];
};

const PRIORITY_TEXT = "Said outright: by a rule's length alone, a long path could come before the endpoint.";

const MCP_ROUTER = {
  both: 'New sessions, clients that speak a version without sessions, and ids that name no node.',
  'session-id': 'New sessions, clients that speak a version without sessions, and ids that name no node.',
  cookie: 'The MCP endpoint: the cookie alone tells the node.',
};

const COOKIE_ROUTER = `A session whose id names no node is known by the cookie, and goes on there though the node takes no new ones (it is
full, drains or stops). The values are hashes of the node's name and of its URL, and the first cookie counts.`;

const HANDLE_ROUTER = `Protocol 2026-07-28 has no sessions: what a node holds for a client is named by a handle among a tool's arguments, by a
task's id or by a resource's URI. Headers say it too, and each begins with its node's name.`;

const serviceComments = ({ http }: TraefikDynamic, topology: Topology): Comment[] => {
  const at = (name: string | undefined, text: string): Comment[] =>
    name === undefined || !(name in http.services) ? [] : [{ path: ['http', 'services', name], text }];
  const present = topology.nodes.find(({ state }) => state !== 'out');
  const active = topology.nodes.find(({ state }) => state === 'active');
  const takers = PARTS.pool(PARTS.mcp);
  const sticky = active === undefined ? 'No node is active: nobody can begin a session.' : mcpText(topology);
  return [
    ...at(present && PARTS.only(present.id), 'One node alone: does it live?'),
    ...at(present && PARTS.node(present.id), FAILOVER),
    ...at(active && PARTS.ready(active.id), 'The same node: does it take new sessions?'),
    ...at(PARTS.alive, 'Every active node that lives.'),
    ...at(takers in http.services ? takers : PARTS.mcp, sticky),
    ...(takers in http.services ? at(PARTS.mcp, OR_ALIVE) : []),
    ...at(PARTS.default, 'The same nodes without a cookie. Another service, because the cookie belongs to a service.'),
  ];
};

const FAILOVER =
  'Its own node; while that is down, another one answers with a 404 that says why, and clients begin anew.';
const OR_ALIVE =
  'While no node takes new sessions, one that lives answers: 503 with Retry-After, or what else is asked of it.';

const mcpText = ({ affinity, cookie }: Topology): string => {
  if (affinity === 'session-id')
    return 'New sessions: every node that takes them, in turn; the session id does the rest.';
  const sticky = {
    name: "New sessions. The cookie pins a client to the node that it met first: a hash of that service's name here.",
    url: 'New sessions. The cookie pins a client to the node that it met first: a hash of its URL, whose text must stay.',
  }[cookie.of];
  return cookie.secure
    ? sticky
    : `${sticky}\n\`secure\` is off: over plain HTTP a correct client would not send the cookie back.`;
};

const REDACTED =
  'What would let a reader of the log act as the client is blotted out;\nX-Mooring-Session, with which our nodes answer, tells sessions apart.';
const MANUAL =
  '\nIts route is in the dynamic file: one of its own would answer 200 before the routes of that file are there.';
const KEPT = 'Session ids are kept: whoever reads the log can use the sessions in it.';

export const staticComments = (fixed: TraefikStatic, { timeouts, observe }: Topology): readonly Comment[] => {
  const comments = [
    {
      path: ['entryPoints'],
      text: `When Traefik stops, answers under way have ${timeouts.grace} to end. There is no writeTimeout: it would cut event streams.`,
    },
    {
      path: ['providers'],
      text: 'A change of that file is followed while Traefik runs. Relative paths count from its working directory.',
    },
    {
      path: ['ping'],
      text: `GET /ping answers 200 while Traefik serves: for balancers and probes.${'manualRouting' in fixed.ping ? MANUAL : ''}`,
    },
    { path: ['metrics'], text: 'GET /metrics, for Prometheus.' },
    {
      path: ['accessLog'],
      text: `One line of JSON a request. ${observe.sessionIds === 'keep' ? KEPT : REDACTED}`,
    },
    { path: ['global'], text: 'Nothing is sent to anyone.' },
  ];
  return comments.filter(({ path }) => path[0]! in fixed);
};
