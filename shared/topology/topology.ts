import { z } from 'zod';
import { MAX_WAIT_MS } from '../registry/drain-mark.ts';
import { isRedisUrl } from '../registry/redis-url.ts';
import { parseGoDuration } from '../traefik/go-duration.ts';
import { TRAEFIK_MINORS } from '../traefik/minors.ts';

/** A deployment in one small file: everything that Traefik and the nodes must agree on. */

const duration = z
  .string()
  .regex(/^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$/, 'a duration as Go writes it: 500ms, 1s, 30m')
  .refine((text) => 'milliseconds' in parseGoDuration(text), 'a duration of less than 292 years')
  .meta({ examples: ['10s', '500ms'] });
/** 0 for one that is not a duration, which is reported already. */
const waits = (text: string): number => {
  const read = parseGoDuration(text);
  return 'error' in read ? 0 : read.milliseconds;
};
// Traefik cleans paths before it matches them: a prefix with //, /. or /.. would never match.
const path = (example: string) =>
  z
    .string()
    .regex(/^\/$|^(\/(?!\.{1,2}(\/|$))[A-Za-z0-9_.~-]+)+$/, `a path such as ${example}, without a slash at its end`);
const cookieToken = z.string().regex(/^[!#$%&'*+\-.^`|~\w]+$/, 'a cookie name: no blanks, no ; and no =');
const host = z
  .string()
  .regex(/^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/, 'a host name such as mcp.example.com, without scheme and port');
const origin = z
  .string()
  .regex(/^(\*|https?:\/\/[A-Za-z0-9.:[\]-]+)$/, 'an origin such as https://app.example.com, or *');

// No credentials, because Traefik does not send them. ASCII only, because Traefik may read other characters differently
// from a node.
const NODE_URL = 'scheme, host and port in plain ASCII and nothing else, as http://10.0.0.1:8080';

// Without a query: the node asks the MCP endpoint with those of its clients.
const UPSTREAM = 'the http or https URL of an MCP endpoint, as http://127.0.0.1:9000/mcp';

const serverHealth = z.strictObject({
  path: z
    .string()
    .regex(/^\/[\x21-\x7e]*$/, 'a path such as /health')
    .default('/healthz'),
  status: z.int().min(100).max(599).optional().describe('Only this one is life; else any answer is.'),
  port: z.int().min(1).max(65_535).optional().describe('Another than that of the endpoint.'),
});

const nodeName = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'letters, digits, - and _, at most 64');

// As node --tag takes it.
const nodeTag = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/, 'letters, digits, - and _, at most 64, no - or _ first');

const node = z.strictObject({
  id: nodeName.describe('The node’s name: its session ids begin with it, if it has no tag.'),
  tag: nodeTag.optional().describe('Its ids begin with this instead, and do not tell its name. The node has --tag.'),
  formerly: z
    .array(nodeName)
    .optional()
    .describe('What its ids began with before the tag changed: they stay at the node.'),
  url: z
    .string()
    .regex(/^https?:\/\/(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9_][A-Za-z0-9_.-]*)(:\d{1,5})?$/, { error: NODE_URL, abort: true })
    // Invalid numeric addresses, ports above 65535.
    .refine((url) => URL.canParse(url), NODE_URL)
    .describe('As Traefik reaches it. It may change: ids and cookies name the node (but see cookie.of).'),
  state: z
    .enum(['active', 'draining', 'out'])
    .default('active')
    .describe('draining: no new sessions, its own go on. out: in no pool and no route.'),
  upstream: z
    .string()
    .regex(/^https?:\/\/[^/?#@\s\p{C}]+(\/[^\s?#\p{C}]*)?$/u, { error: UPSTREAM, abort: true })
    .refine((url) => URL.canParse(url), UPSTREAM)
    .optional()
    .describe(
      'MCP endpoint of the server behind the node, as the node reaches it; none: its sessions are in the node.',
    ),
  health: serverHealth.optional().describe('How the node asks that server whether it lives.'),
  passHostHeader: z
    .boolean()
    .optional()
    .describe('true: that server gets Host and Origin as they came, and checks them. Else the node does.'),
});

const cookie = z.strictObject({
  name: cookieToken.default('_mcp_backend'),
  secure: z.boolean().default(true),
  httpOnly: z.boolean().default(true),
  sameSite: z.enum(['none', 'lax', 'strict']).default('strict'),
  maxAge: z.int().default(0).describe('Seconds; 0: as long as the client runs.'),
  path: path('/mcp').optional(),
  domain: host.optional(),
  of: z
    .enum(['name', 'url'])
    .default('name')
    .describe('What its value is a hash of: the node’s name, or, as it was before, the text of its URL.'),
});

const healthCheck = z.strictObject({
  path: path('/healthz').default('/healthz').describe('Whether a node lives: its own sessions are sent by it.'),
  interval: duration.default('1s'),
  timeout: duration.default('1s').describe('A late answer sends the node’s clients to others: a pause must fit in.'),
  ready: z
    .strictObject({
      path: path('/readyz').default('/readyz'),
      interval: duration.default('2s'),
      timeout: duration.default('1s'),
    })
    .prefault({})
    .describe('Whether a node takes new sessions, which those that are full, drain or stop do not.'),
});

const handles = z.strictObject({
  headers: z
    .array(
      z
        .string()
        .regex(
          /^Mcp-Param-[A-Za-z0-9-]{1,64}$/i,
          'a header such as Mcp-Param-Browser: a tool’s x-mcp-header after Mcp-Param-',
        ),
    )
    .default([])
    .describe('Beside Mcp-Param-Handle, the header of mooring’s own handles.'),
});

const pem = z.string().describe('A PEM file, by the path under which Traefik finds it.');

const entryPoint = z.strictObject({
  address: z
    .string()
    .regex(/^(\[[0-9a-fA-F:.]*\]|[A-Za-z0-9.-]*):\d{1,5}$/, 'an address such as ":8080" or "127.0.0.1:8080"')
    .describe('As Traefik writes it.'),
  tls: z
    .union([z.boolean(), z.strictObject({ certFile: pem, keyFile: pem })])
    .default(false)
    .describe('true: Traefik’s default certificate.'),
  redirectTo: z.string().optional().describe('Name of the entry point that requests are redirected to.'),
  trustedIPs: z.array(z.string()).default([]).describe('Balancers in front, whose X-Forwarded-* are believed.'),
  readTimeout: duration.optional().describe('A request that takes longer to arrive is cut; Traefik’s default is 60s.'),
});

export const topologySchema = z.strictObject({
  traefik: z.enum(TRAEFIK_MINORS).default('3.7').describe('The minor version that reads the files.'),
  nodes: z.array(node).min(1),
  hosts: z.array(host).default([]).describe('Public host names; none: any.'),
  prefix: path('/mcp').default('/mcp').describe('Where the MCP endpoint is.'),
  affinity: z.enum(['both', 'session-id', 'cookie']).default('both'),
  cookie: cookie.prefault({}),
  handles: z
    .union([z.literal(false), handles])
    .prefault({})
    .describe('Clients of protocol 2026-07-28, which has no sessions: their handles and tasks stay at their node.'),
  misroute: z
    .enum(['refuse', 'relay'])
    .default('refuse')
    .describe(
      'A session’s request that comes to another node. refuse: 404 with the reason. relay: that node passes it on, once.',
    ),
  relaySecretFile: z
    .string()
    .min(1)
    .optional()
    .describe(
      'With relay: what the nodes prove themselves to each other by, one secret a line; by this file’s folder.',
    ),
  healthCheck: z.union([z.literal(false), healthCheck]).prefault({}),
  entryPoints: z
    .record(z.string().regex(/^[a-zA-Z][\w-]*$/, 'a name: a letter, then letters, digits, - and _'), entryPoint)
    .describe('One called traefik serves only /ping and /metrics; without it they are on the first one.'),
  cors: z.strictObject({ origins: z.array(origin).default([]) }).prefault({}),
  routes: z
    .array(
      z.strictObject({
        name: z.string().regex(/^[a-zA-Z][\w-]*$/, 'a name: a letter, then letters, digits, - and _'),
        prefix: path('/graphql'),
      }),
    )
    .default([{ name: 'graphql', prefix: '/graphql' }])
    .describe('Beside the MCP endpoint; their requests take turns over the nodes, without a cookie.'),
  timeouts: z
    .strictObject({
      grace: duration.default('10s').describe('For answers under way when Traefik stops.'),
      drain: duration.default('30m').describe('How long a draining node keeps its sessions at most.'),
      settle: duration
        .refine((text) => waits(text) <= MAX_WAIT_MS, 'at most 24h: a node takes no drain that waits for longer')
        .default('15s')
        .describe('How long a proxy may take to follow a change of its file.'),
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
        .describe('Mcp-Session-Id in the access log. keep: whoever reads the log can use the sessions in it.'),
      metrics: z.boolean().default(true),
      logLevel: z.enum(['DEBUG', 'INFO', 'WARN', 'ERROR']).default('INFO'),
    })
    .prefault({}),
});

export type Topology = z.infer<typeof topologySchema>;
export type TopologyNode = Topology['nodes'][number];
export type Affinity = Topology['affinity'];
