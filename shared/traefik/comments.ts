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
  'Lets pages of these origins use the endpoint. Without the exposed header they could not read their session id.';

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
    ...at(PARTS.default, 'Everything else: round robin over the nodes.'),
    ...at(PARTS.ping, 'For probes: answers 200 only once all these routes are loaded.'),
  ];
};

const PRIORITY_TEXT =
  'Explicit: by default the longest rule wins, so a route with a long path could come before the endpoint.';

const MCP_ROUTER = {
  both: 'New sessions, clients of the protocol without sessions, and ids that name no node.',
  'session-id': 'New sessions, clients of the protocol without sessions, and ids that name no node.',
  cookie: 'The MCP endpoint: only the cookie names the node.',
};

const COOKIE_ROUTER = `A session whose id names no node is pinned by its cookie, also while the node takes no new sessions (full, draining or
stopping). The values are hashes of the node's name and of its URL. Of several cookies, the first counts.`;

const HANDLE_ROUTER = `Protocol 2026-07-28 has no sessions. Clients name state on a node by a handle (a tool argument), a task id or a resource
URI, and repeat it in headers. Each begins with its node's name.`;

const serviceComments = ({ http }: TraefikDynamic, topology: Topology): Comment[] => {
  const at = (name: string | undefined, text: string): Comment[] =>
    name === undefined || !(name in http.services) ? [] : [{ path: ['http', 'services', name], text }];
  const present = topology.nodes.find(({ state }) => state !== 'out');
  const active = topology.nodes.find(({ state }) => state === 'active');
  const takers = PARTS.pool(PARTS.mcp);
  const sticky = active === undefined ? 'No node is active: nobody can open a session.' : mcpText(topology);
  return [
    ...at(present && PARTS.only(present.id), 'This node only, while it is alive.'),
    ...at(present && PARTS.node(present.id), FAILOVER),
    ...at(active && PARTS.ready(active.id), 'The same node, while it takes new sessions.'),
    ...at(PARTS.alive, 'Every active node that is alive.'),
    ...at(takers in http.services ? takers : PARTS.mcp, sticky),
    ...(takers in http.services ? at(PARTS.mcp, OR_ALIVE) : []),
    ...at(PARTS.default, 'The same nodes without a cookie. A separate service, because a cookie belongs to a service.'),
  ];
};

const FAILOVER =
  'Its own node. While that is down, another one answers 404 with the reason, and clients open a new session.';
const OR_ALIVE = 'While no node takes new sessions, one that is alive answers: to new sessions 503 with Retry-After.';

const mcpText = ({ affinity, cookie }: Topology): string => {
  if (affinity === 'session-id')
    return 'New sessions: round robin over the nodes that take them. After that the session id names the node.';
  const sticky = {
    name: 'New sessions. The cookie pins a client to its first node. It is a hash of the name of the service here.',
    url: 'New sessions. The cookie pins a client to its first node. It is a hash of the URL, so do not respell that.',
  }[cookie.of];
  return cookie.secure ? sticky : `${sticky}\n\`secure\` is off: clients do not send a Secure cookie over plain HTTP.`;
};

const REDACTED =
  'Redacted: values that would let a reader of the log act as the client.\nX-Mooring-Session, which our nodes send, distinguishes sessions.';
const MANUAL =
  '\nIts route is in the dynamic file: the built-in one would answer 200 before the routes of that file are loaded.';
const KEPT = 'Session ids are kept: anyone who reads the log can use its sessions.';

export const staticComments = (fixed: TraefikStatic, { timeouts, observe }: Topology): readonly Comment[] => {
  const comments = [
    {
      path: ['entryPoints'],
      text: `When Traefik stops, answers in flight get ${timeouts.grace} to finish. There is no writeTimeout: it would cut event streams.`,
    },
    {
      path: ['providers'],
      text: 'Traefik applies changes of that file while it runs. Relative paths start at its working directory.',
    },
    {
      path: ['ping'],
      text: `GET /ping answers 200 while Traefik serves requests, for balancers and probes.${'manualRouting' in fixed.ping ? MANUAL : ''}`,
    },
    { path: ['metrics'], text: 'GET /metrics, for Prometheus.' },
    {
      path: ['accessLog'],
      text: `One line of JSON per request. ${observe.sessionIds === 'keep' ? KEPT : REDACTED}`,
    },
    { path: ['global'], text: 'No version check and no usage statistics.' },
  ];
  return comments.filter(({ path }) => path[0]! in fixed);
};
