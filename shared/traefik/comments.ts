import type { Comment } from '../source/write-yaml.ts';
import type { Topology } from '../topology/topology.ts';
import { PARTS, type TraefikDynamic } from './dynamic.ts';
import type { TraefikStatic } from './static.ts';

export const dynamicComments = (dynamic: TraefikDynamic, topology: Topology): readonly Comment[] => [
  ...routerComments(dynamic, topology),
  ...serviceComments(topology),
  ...(dynamic.http.middlewares === undefined ? [] : [{ path: ['http', 'middlewares', PARTS.cors], text: CORS }]),
];

const CORS =
  'Lets pages of these origins reach the endpoint; without the exposed header they never see their session id.';

const routerComments = ({ http }: TraefikDynamic, topology: Topology): Comment[] => {
  const at = (name: string | undefined, text: string): Comment[] =>
    name === undefined || !(name in http.routers) ? [] : [{ path: ['http', 'routers', name], text }];
  const present = topology.nodes.find(({ state }) => state !== 'out');
  const draining = topology.nodes.find(({ state }) => state === 'draining');
  return [
    ...at(present && PARTS.node(present.id), `A session id begins with its node's name, so a session needs no cookie.`),
    ...at(
      draining && PARTS.draining(draining.id),
      'Draining: requests of a session whose client knows the node by the cookie alone still go there; a request\nwithout a session, which would begin one, does not.',
    ),
    ...at(PARTS.mcp, MCP_ROUTER[topology.affinity]),
    { path: ['http', 'routers', PARTS.mcp, 'priority'], text: PRIORITY_TEXT },
    ...at(PARTS.default, 'Everything else takes turns.'),
  ];
};

const PRIORITY_TEXT = "Said outright: by a rule's length alone, a long path could come before the endpoint.";

const MCP_ROUTER = {
  both: 'New sessions, clients that speak a version without sessions, and ids that name no node.',
  'session-id': 'New sessions, clients that speak a version without sessions, and ids that name no node.',
  cookie: 'The MCP endpoint: the cookie alone tells the node.',
};

const serviceComments = ({ affinity, cookie, healthCheck, nodes }: Topology): Comment[] => {
  const at = (name: string, text: string): Comment => ({ path: ['http', 'services', name], text });
  const own = nodes.find(({ state }) => (affinity === 'cookie' ? state === 'draining' : state !== 'out'));
  const active = nodes.some(({ state }) => state === 'active');
  return [
    ...(own === undefined ? [] : [at(PARTS.only(own.id), 'One node alone.')]),
    ...(own === undefined || healthCheck === false ? [] : [at(PARTS.node(own.id), FAILOVER)]),
    at(PARTS.mcp, active ? mcpText(affinity, cookie.secure) : 'No node is active: nobody can begin a session.'),
    ...(healthCheck === false
      ? []
      : [{ path: ['http', 'services', PARTS.mcp, 'loadBalancer', 'healthCheck'], text: CHECK }]),
    at(PARTS.default, 'The same nodes without a cookie. A second service, because the cookie belongs to a service.'),
  ];
};

const CHECK = 'Without it, clients of a node that died would get 502 for as long as they come back to it.';

const FAILOVER =
  'Its own node; while that is down, another one answers with a 404 that says why, and clients begin anew.';

const mcpText = (affinity: Topology['affinity'], secure: boolean): string => {
  if (affinity === 'session-id') return 'Every active node in turn; the session id does the rest.';
  const sticky =
    'Pins a client to the node that it met first. The value is a hash of the URL: another text moves its clients.';
  return secure
    ? sticky
    : `${sticky}\n\`secure\` is off: over plain HTTP a correct client would not send the cookie back.`;
};

const REDACTED =
  'What would let a reader of the log act as the client is blotted out;\nX-Mooring-Session, with which our nodes answer, tells sessions apart.';
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
    { path: ['ping'], text: `GET /ping answers 200 while Traefik serves: for balancers and probes.` },
    { path: ['metrics'], text: 'GET /metrics, for Prometheus.' },
    {
      path: ['accessLog'],
      text: `One line of JSON a request. ${observe.sessionIds === 'keep' ? KEPT : REDACTED}`,
    },
    { path: ['global'], text: 'Nothing is sent to anyone.' },
  ];
  return comments.filter(({ path }) => path[0]! in fixed);
};
