/** For tests of the judges: the facts of a good deployment, to be changed in one place. */
import { topologySchema } from '../../shared/topology/topology.ts';
import type { Facts, Followed } from './facts.ts';
import { type Finding, worstFirst } from './finding.ts';
import { ID, type ServerInfo } from './mcp.ts';
import type { Answer, JsonRpc } from './reply.ts';

type Headers = { readonly [name: string]: string | readonly string[] };

export const answer = (status: number, message?: JsonRpc, headers: Headers = {}): Answer => ({
  kind: 'answered',
  status,
  headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value].flat()])),
  message,
  text: '',
});

export const failed = (code: string) => ({ kind: 'failed', code, why: code }) as const;
export const ok = (node = 'n1', headers: Headers = {}): Answer =>
  answer(200, { id: ID, result: {} }, { 'x-mooring-node': node, ...headers });
export const notFound = answer(404, { id: ID, error: { code: -32001, message: 'Session not found' } });
export const refused = (status: number): Answer => answer(status, { id: ID, error: { code: -32000 } });

export const GOOD_COOKIE = '_mcp_backend=0123456789abcdef; Path=/; HttpOnly; SameSite=Strict';
const PAGE = {
  'access-control-allow-origin': 'http://h',
  'access-control-allow-credentials': 'true',
  'access-control-expose-headers': 'Mcp-Session-Id',
};
export const opened = (node: string, headers: Headers = {}): Answer =>
  ok(node, { 'mcp-session-id': `${node}.1`, 'set-cookie': GOOD_COOKIE, ...headers });

export const followed = (node = 'n1', change: Partial<Followed> = {}): Followed => ({
  opened: opened(node),
  initialized: answer(202),
  onConnection: [ok(node), ok(node)],
  reconnected: [ok(node), ok(node), ok(node)],
  ...change,
});

const EVENTS = { 'content-type': ['text/event-stream'] };
const SERVER: ServerInfo = { name: 'some', version: '1', protocol: '2025-11-25' };

export const factsOf = (change: Partial<Facts> = {}): Facts => ({
  target: { origin: 'http://h', host: 'h', path: '/mcp', secure: false, loopback: false },
  idleMs: 1000,
  server: SERVER,
  first: opened('n1'),
  discover: answer(400, { id: ID, error: { code: -32000 } }, { 'x-mooring-node': 'n3' }),
  cookieAlone: [refused(400), refused(400)],
  withCookies: followed('n1'),
  withoutCookies: followed('n2'),
  strangers: { call: notFound, stream: answer(404), close: answer(404) },
  streams: {
    list: ok(),
    call: { kind: 'streamed', status: 200, headers: EVENTS, events: [250, 500, 750, 1000], endedMs: 1001 },
    idle: { kind: 'listened', status: 200, headers: EVENTS, headMs: 3, endedMs: undefined, delivered: true },
  },
  browser: {
    origin: 'http://h',
    opened: opened('n1', PAGE),
    preflight: answer(204, undefined, {
      'access-control-allow-headers': 'Content-Type, Mcp-Session-Id, MCP-Protocol-Version, Mcp-Method, Mcp-Name',
    }),
    foreignOrigin: refused(403),
    foreignHost: answer(404),
  },
  graphql: [ok('n1'), ok('n2'), ok('n3')],
  sessions: { opened: 4, closed: 4, refused: undefined },
  api: { kind: 'read', url: 'http://h:1', routers: ['mcp@file'], middlewares: [], services: [service()] },
  topology: undefined,
  exposed: [],
  draining: [],
  ...change,
});

export const service = (change = {}) => ({
  name: 'mcp@file',
  healthCheck: true,
  servers: [{ url: 'http://n1', weight: 1, down: false }],
  ...change,
});

export const topologyOf = (change: object = {}) =>
  topologySchema.parse({
    nodes: ['n1', 'n2'].map((id) => ({ id, url: `http://${id}:1` })),
    entryPoints: { web: { address: ':80' } },
    cookie: { secure: false },
    observe: { metrics: false },
    ...change,
  });

export const wrongIn = (findings: readonly Finding[]): readonly string[] =>
  worstFirst(findings)
    .filter(({ severity }) => severity !== 'good')
    .map(({ id, severity }) => `${severity} ${id}`);
