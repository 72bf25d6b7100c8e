import { z } from 'zod';
import { MAX_WAIT_MS } from '../registry/drain-mark.ts';
import { isRedisUrl } from '../registry/redis-url.ts';
import { millisecondsOf, parseGoDuration } from '../traefik/go-duration.ts';
import { TRAEFIK_MINORS } from '../traefik/minors.ts';

/** A deployment in one small file: everything that Traefik and the nodes must agree on. */

const duration = z
  .string()
  .regex(/^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$/, { error: 'a Go duration such as 500ms, 1s or 30m', abort: true })
  .refine((text) => 'milliseconds' in parseGoDuration(text), {
    error: 'a duration of less than 292 years',
    abort: true,
  })
  .meta({ examples: ['10s', '500ms'] });
// Traefik cleans paths before it matches them: a prefix with //, /. or /.. would never match.
const path = (example: string) =>
  z
    .string()
    .regex(/^\/$|^(\/(?!\.{1,2}(\/|$))[A-Za-z0-9_.~-]+)+$/, `a path such as ${example}, without a slash at its end`);
const cookieToken = z.string().regex(/^[!#$%&'*+\-.^`|~\w]+$/, 'a cookie name without spaces, ; and =');
const host = z
  .string()
  .regex(/^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/, 'a host name such as mcp.example.com, without scheme and port');
const origin = z
  .string()
  .regex(/^(\*|https?:\/\/[A-Za-z0-9.:[\]-]+)$/, 'an origin such as https://app.example.com, or *');

// No credentials, because Traefik does not send them. ASCII only, because Traefik may read other characters differently
// from a node.
const NODE_URL = 'scheme, host and port only, in ASCII, such as http://10.0.0.1:8080';

// Without a query: the node uses those of its clients.
const UPSTREAM = 'the http or https URL of an MCP endpoint, such as http://127.0.0.1:9000/mcp';

const serverHealth = z.strictObject({
  path: z
    .string()
    .regex(/^\/[\x21-\x7e]*$/, 'a path such as /health')
    .default('/healthz'),
  status: z.int().min(100).max(599).optional().describe('Only this status means alive. Without it any answer does.'),
  port: z.int().min(1).max(65_535).optional().describe('If it is not the port of the endpoint.'),
});

const nodeName = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'letters, digits, - and _, at most 64');

// As node --tag takes it.
const nodeTag = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/, 'letters, digits, - and _, at most 64, not starting with - or _');

const node = z.strictObject({
  id: nodeName.describe('The node’s name. Its session ids begin with it, unless it has a tag.'),
  tag: nodeTag.optional().describe('Its ids begin with this instead of its name. Start the node with the same --tag.'),
  formerly: z
    .array(nodeName)
    .optional()
    .describe('What its ids began with before the tag changed. They still lead to this node.'),
  url: z
    .string()
    .regex(/^https?:\/\/(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9_][A-Za-z0-9_.-]*)(:\d{1,5})?$/, { error: NODE_URL, abort: true })
    // Invalid numeric addresses, ports above 65535.
    .refine((url) => URL.canParse(url), NODE_URL)
    .describe('Where Traefik reaches it. It may change: ids and cookies name the node (but see cookie.of).'),
  state: z
    .enum(['active', 'draining', 'out'])
    .default('active')
    .describe('draining: keeps its sessions and gets no new ones. out: in no pool and no route.'),
  upstream: z
    .string()
    .regex(/^https?:\/\/[^/?#@\s\p{C}]+(\/[^\s?#\p{C}]*)?$/u, { error: UPSTREAM, abort: true })
    .refine((url) => URL.canParse(url), UPSTREAM)
    .optional()
    .describe(
      'MCP endpoint of the server behind the node, as the node reaches it. Without it the node itself has the sessions.',
    ),
  health: serverHealth.optional().describe('How the node checks that this server is alive.'),
  passHostHeader: z
    .boolean()
    .optional()
    .describe('true: that server gets Host and Origin unchanged, and must check them. Otherwise the node does.'),
});

const cookie = z.strictObject({
  name: cookieToken.default('_mcp_backend'),
  secure: z.boolean().default(true),
  httpOnly: z.boolean().default(true),
  sameSite: z.enum(['none', 'lax', 'strict']).default('strict'),
  maxAge: z.int().default(0).describe('Seconds. 0: until the client exits.'),
  path: path('/mcp').optional(),
  domain: host.optional(),
  of: z
    .enum(['name', 'url'])
    .default('name')
    .describe('What its value is a hash of: the node’s name or, as in earlier versions, its URL as written.'),
});

const healthCheck = z.strictObject({
  path: path('/healthz').default('/healthz').describe('Says whether a node is alive, and so gets its own sessions.'),
  interval: duration.default('1s'),
  timeout: duration.default('1s').describe('A later answer sends the node’s clients to other nodes. Allow for pauses.'),
  ready: z
    .strictObject({
      path: path('/readyz').default('/readyz'),
      interval: duration.default('2s'),
      timeout: duration.default('1s'),
    })
    .prefault({})
    .describe('Says whether a node takes new sessions. Full, draining and stopping nodes do not.'),
});

const handles = z.strictObject({
  headers: z
    .array(
      z
        .string()
        .regex(
          /^Mcp-Param-[A-Za-z0-9-]{1,64}$/i,
          'a header such as Mcp-Param-Browser: Mcp-Param- and a tool’s x-mcp-header',
        ),
    )
    .default([])
    .describe('In addition to Mcp-Param-Handle, the header of mooring’s own handles.'),
});

const pem = z.string().describe('The path of a PEM file, as Traefik sees it.');

const entryPoint = z.strictObject({
  address: z
    .string()
    .regex(/^(\[[0-9a-fA-F:.]*\]|[A-Za-z0-9.-]*):\d{1,5}$/, 'an address such as ":8080" or "127.0.0.1:8080"')
    .describe('In Traefik’s format.'),
  tls: z
    .union([z.boolean(), z.strictObject({ certFile: pem, keyFile: pem })])
    .default(false)
    .describe('true: Traefik’s default certificate.'),
  redirectTo: z.string().optional().describe('Name of the entry point that requests are redirected to.'),
  trustedIPs: z.array(z.string()).default([]).describe('Balancers in front, whose X-Forwarded-* headers are trusted.'),
  readTimeout: duration.optional().describe('A request that takes longer to arrive is cut; Traefik’s default is 60s.'),
});

export const topologySchema = z.strictObject({
  traefik: z.enum(TRAEFIK_MINORS).default('3.7').describe('The minor version of Traefik that reads the files.'),
  nodes: z.array(node).min(1),
  hosts: z.array(host).default([]).describe('Public host names. Empty: any host.'),
  prefix: path('/mcp').default('/mcp').describe('Path of the MCP endpoint.'),
  affinity: z.enum(['both', 'session-id', 'cookie']).default('both'),
  cookie: cookie.prefault({}),
  handles: z
    .union([z.literal(false), handles])
    .prefault({})
    .describe('Routes for handles and tasks of protocol 2026-07-28, which has no sessions: they lead to their node.'),
  misroute: z
    .enum(['refuse', 'relay'])
    .default('refuse')
    .describe(
      'For requests that reach a node without their session. refuse: 404 with the reason. relay: it passes them on, once.',
    ),
  relaySecretFile: z
    .string()
    .min(1)
    .optional()
    .describe(
      'For relay: the file of the secrets that the nodes share, one per line. Relative to the folder of this file.',
    ),
  healthCheck: z.union([z.literal(false), healthCheck]).prefault({}),
  entryPoints: z
    .record(z.string().regex(/^[a-zA-Z][\w-]*$/, 'a name: a letter, then letters, digits, - and _'), entryPoint)
    .describe('One called traefik serves only /ping and /metrics. Without it these are on the first one.'),
  cors: z.strictObject({ origins: z.array(origin).default([]) }).prefault({}),
  routes: z
    .array(
      z.strictObject({
        name: z.string().regex(/^[a-zA-Z][\w-]*$/, 'a name: a letter, then letters, digits, - and _'),
        prefix: path('/graphql'),
      }),
    )
    .default([{ name: 'graphql', prefix: '/graphql' }])
    .describe('Paths besides the MCP endpoint. Their requests go round robin over the nodes, without a cookie.'),
  timeouts: z
    .strictObject({
      grace: duration.default('10s').describe('Time for answers in flight when Traefik stops.'),
      drain: duration.default('30m').describe('The longest time that a draining node keeps its sessions.'),
      settle: duration
        .refine((text) => millisecondsOf(text) <= MAX_WAIT_MS, 'at most 24h: a node refuses a drain that waits longer')
        .default('15s')
        .describe('The longest time that a proxy takes to apply a change of its file.'),
    })
    .prefault({}),
  registry: z
    .string()
    .refine(isRedisUrl, 'redis://host:6379, or redis+sentinel:// or redis+cluster:// with its hosts')
    .optional()
    .describe('Redis of the session registry: redis://host:6379.'),
  observe: z
    .strictObject({
      accessLog: z.boolean().default(true),
      sessionIds: z
        .enum(['redact', 'keep'])
        .default('redact')
        .describe('Mcp-Session-Id in the access log. keep: anyone who reads the log can use its sessions.'),
      metrics: z.boolean().default(true),
      logLevel: z.enum(['DEBUG', 'INFO', 'WARN', 'ERROR']).default('INFO'),
    })
    .prefault({}),
});

export type Topology = z.infer<typeof topologySchema>;
export type TopologyNode = Topology['nodes'][number];
export type Affinity = Topology['affinity'];
