import type { Comment } from '../source/write-yaml.ts';
import type { Topology, TopologyNode } from '../topology/topology.ts';
import type { TraefikDynamic } from './dynamic.ts';
import { PARTS } from './parts.ts';
import type { TraefikStatic } from './static.ts';

/** Comments on parts that a file does not have are not written. */
export const dynamicComments = ({ http }: TraefikDynamic, topology: Topology): readonly Comment[] => [
  ...routerComments(topology),
  ...serviceComments(http, topology),
  { path: ['http', 'middlewares', PARTS.cors], text: CORS },
];

const CORS =
  'Lets pages of these origins use the endpoint. Without the exposed header they could not read their session id.';

const routerComments = ({ nodes, affinity }: Topology): Comment[] => {
  const at = (name: string, text: string): Comment => ({ path: ['http', 'routers', name], text });
  const { id, tag } = firstPresent(nodes);
  const ofIds = (text: string): string => (tag === undefined ? text : text.replace("node's name", "node's tag"));
  return [
    at(PARTS.node(id), ofIds(`A session id begins with its node's name, so a session needs no cookie.`)),
    at(PARTS.cookie(id), COOKIE_ROUTER),
    at(PARTS.handle(id), ofIds(HANDLE_ROUTER)),
    at(PARTS.mcp, MCP_ROUTER[affinity]),
    { path: ['http', 'routers', PARTS.mcp, 'priority'], text: PRIORITY_TEXT },
    at(PARTS.default, 'Everything else: round robin over the nodes.'),
    at(PARTS.ping, 'For probes: answers 200 only once all these routes are loaded.'),
  ];
};

/** The node whose parts are explained. */
const firstPresent = (nodes: Topology['nodes']): Pick<TopologyNode, 'id' | 'tag'> =>
  nodes.find(({ state }) => state !== 'out') ?? NOBODY;
const NOBODY = { id: '' };

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

const serviceComments = ({ services }: TraefikDynamic['http'], topology: Topology): Comment[] => {
  const at = (name: string, text: string): Comment => ({ path: ['http', 'services', name], text });
  const { id } = firstPresent(topology.nodes);
  const active = topology.nodes.find(({ state }) => state === 'active');
  const takers = PARTS.pool(PARTS.mcp);
  const sticky = active === undefined ? 'No node is active: nobody can open a session.' : mcpText(topology);
  return [
    at(PARTS.only(id), 'This node only, while it is alive.'),
    at(PARTS.node(id), FAILOVER),
    at(PARTS.ready((active ?? NOBODY).id), 'The same node, while it takes new sessions.'),
    at(PARTS.alive, 'Every active node that is alive.'),
    at(takers, sticky),
    at(PARTS.mcp, takers in services ? OR_ALIVE : sticky),
    at(PARTS.default, 'The same nodes without a cookie. A separate service, because a cookie belongs to a service.'),
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

export const staticComments = (fixed: TraefikStatic, { timeouts, observe }: Topology): readonly Comment[] => [
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
