/** Random topologies for property tests: every key, deliberately awkward names, and harmful combinations. */
import fc from 'fast-check';
import { TRAEFIK_MINORS } from '../traefik/minors.ts';
import { type Topology, topologySchema } from './topology.ts';

/** Names that careless code would take for a number, a date, a boolean or another part's name. */
const IDS = [
  'n1',
  'n10',
  'N1',
  'mcp',
  'default',
  '1_000',
  '0x1f',
  '2001-01-01',
  'true',
  'null',
  '-',
  'a-b',
  'n1-only',
  '_',
];
const NAMES = ['graphql', 'mcp', 'default', 'n1', 'True', 'a-b', 'ping', 'node-n1', 'cors'];
const PREFIXES = ['/mcp', '/', '/m', '/mcp/v2', '/api/mcp', '/a.b~c_d-e', '/1_000'];
const HOSTS = ['mcp.example.com', 'localhost', '10.0.0.1', 'a', 'x-1.example.org'];
const COOKIE_NAMES = ['_mcp_backend', '1_000', "!#$%&'*+-.^`|~a", 'true', 'a'];
const DURATIONS = ['500ms', '1s', '1.5s', '30m', '1h30m', '10µs'];
const ORIGINS = ['https://app.example.com', 'http://localhost:6274', '*'];
const RANGES = ['10.0.0.0/8', '127.0.0.1', '::1', 'fd00::/8'];

const some = <T>(values: readonly T[], most = 3): fc.Arbitrary<T[]> =>
  fc.uniqueArray(fc.constantFrom(...values), { maxLength: most });

const node = (id: string) =>
  fc.record(
    {
      id: fc.constant(id),
      url: fc
        .constantFrom('http://127.0.0.1:', 'http://node.internal:', 'https://[::1]:')
        .chain((start) => fc.integer({ min: 1024, max: 65_535 }).map((port) => `${start}${port}`)),
      state: fc.constantFrom('active', 'active', 'draining', 'out'),
      upstream: fc.constantFrom('http://127.0.0.1:9000/mcp', 'https://[::1]/'),
      health: fc.record(
        { path: fc.constantFrom('/', '/live?a'), status: fc.constant(204) },
        { requiredKeys: ['path'] },
      ),
      passHostHeader: fc.boolean(),
    },
    { requiredKeys: ['id', 'url', 'state'] },
  );

const entryPoints = fc
  .tuple(
    fc.record({
      tls: fc.constantFrom(false, true),
      trustedIPs: some(RANGES),
      readTimeout: fc.constantFrom('10m', '1h30m'),
    }),
    fc.constantFrom('alone', 'redirected', 'with-internal', 'beside-tls'),
  )
  .map(([web, kind]) => ({
    web: { address: ':8000', ...(kind === 'redirected' ? { ...web, tls: false, redirectTo: 'websecure' } : web) },
    ...((kind === 'redirected' || kind === 'beside-tls') && { websecure: { address: '[::1]:8443', tls: true } }),
    ...(kind === 'with-internal' && { traefik: { address: '127.0.0.1:9100' } }),
  }));

const cookie = fc.record(
  {
    name: fc.constantFrom(...COOKIE_NAMES),
    secure: fc.boolean(),
    httpOnly: fc.boolean(),
    sameSite: fc.constantFrom('none', 'lax', 'strict'),
    maxAge: fc.constantFrom(0, 60, -1),
    path: fc.constantFrom('/', '/mcp', '/elsewhere'),
    domain: fc.constantFrom('example.com'),
    of: fc.constantFrom('name', 'url'),
  },
  { requiredKeys: [] },
);

const check = {
  path: fc.constantFrom('/healthz', '/'),
  interval: fc.constantFrom(...DURATIONS),
  timeout: fc.constantFrom(...DURATIONS),
};
const healthCheck = fc.oneof(
  fc.constant(false as const),
  fc.record({ ...check, ready: fc.record(check, { requiredKeys: [] }) }, { requiredKeys: [] }),
);

const routes = some(NAMES).chain((names) =>
  fc.tuple(...names.map((name) => fc.constantFrom(...PREFIXES).map((prefix) => ({ name, prefix })))),
);

/** As in a file: defaults may be left out. */
export const arbitraryInput: fc.Arbitrary<unknown> = fc.record(
  {
    nodes: fc
      .uniqueArray(fc.constantFrom(...IDS), { minLength: 1, maxLength: 5 })
      .chain((ids) => fc.tuple(...ids.map(node))),
    entryPoints,
    hosts: some(HOSTS),
    prefix: fc.constantFrom(...PREFIXES),
    traefik: fc.constantFrom(...TRAEFIK_MINORS),
    affinity: fc.constantFrom('both', 'session-id', 'cookie'),
    cookie,
    healthCheck,
    cors: fc.record({ origins: some(ORIGINS) }),
    routes,
    timeouts: fc.record({
      grace: fc.constantFrom(...DURATIONS),
      drain: fc.constantFrom(...DURATIONS),
      settle: fc.constantFrom(...DURATIONS),
    }),
    observe: fc.record({
      accessLog: fc.boolean(),
      metrics: fc.boolean(),
      logLevel: fc.constantFrom('DEBUG', 'INFO', 'WARN', 'ERROR'),
    }),
  },
  { requiredKeys: ['nodes', 'entryPoints'] },
);

export const arbitraryTopology: fc.Arbitrary<Topology> = arbitraryInput.map((input) => topologySchema.parse(input));
