/** What no request can show: from the proxy's API and from the topology. */
import type { Found } from '../../../shared/found.ts';
import { hazardsOf } from '../../../shared/topology/hazards.ts';
import type { Topology, TopologyNode } from '../../../shared/topology/topology.ts';
import { cookieValue } from '../../../shared/traefik/cookie-value.ts';
import { PARTS } from '../../../shared/traefik/parts.ts';
import type { ApiFacts, ApiService, Facts } from '../facts.ts';
import { type Finding, goodFinding } from '../finding.ts';
import { sticks } from './affinity.ts';
import { stickyCookie } from './cookie.ts';

export const judgeConfiguration = (facts: Facts): Found<Finding> => {
  if (facts.api !== undefined || facts.topology !== undefined) return judgeApi(facts);
  return {
    id: 'health-check-unknown',
    severity: 'note',
    seen: 'no request can show whether there is a health check',
    why: 'without one, clients of a node that died get 502 for as long as they keep their cookie',
    fix: {
      traefik: 'to check it: --api URL (Traefik’s API)',
      topology: 'to check it: --topology FILE',
    },
  };
};

const judgeApi = ({ api, target }: Facts): Found<Finding> => {
  if (api === undefined) return undefined;
  if (api.kind === 'failed')
    return {
      id: 'no-api',
      severity: 'warning',
      seen: `there is no API at ${api.url}: ${api.why}`,
      why: 'what only the API shows was not checked',
      fix: { traefik: 'api: {insecure: true} serves it on the entry point traefik (:8080); keep that one private' },
    };
  if (api.services.length === 0) return notThere(api.url, target.path);
  const checked = api.services.every(({ healthCheck }) => healthCheck);
  return [middlewares(api), judgeServices(api.services), checked ? good(api.services) : undefined];
};

const good = (services: readonly ApiService[]): Finding =>
  goodFinding({
    id: 'health-check',
    seen: `every service of the endpoint has a health check: ${listed(services.map(({ name }) => name))}`,
    why: 'clients of a dead node are sent to another one',
  });

const notThere = (url: string, path: string): Finding => ({
  id: 'no-route-in-api',
  severity: 'warning',
  seen: `${url} has no router for ${path}`,
  why: 'it may be the API of another proxy',
  fix: { traefik: 'use the API of the proxy that clients reach' },
});

const judgeServices = (services: readonly ApiService[]): Found<Finding> => {
  const unchecked = services.filter(({ healthCheck }) => !healthCheck).map(({ name }) => name);
  const serversThat = (are: (server: ApiService['servers'][number]) => boolean): string[] =>
    services.flatMap(({ name, servers }) => servers.filter(are).map(({ url }) => `${url} in ${name}`));
  // With two checks, one asks whether the node takes new sessions.
  const alive = new Set(services.flatMap(({ servers }) => servers.filter(({ down }) => !down).map(({ url }) => url)));
  const still = serversThat(({ weight }) => weight === 0);
  const down = serversThat((server) => server.down && !alive.has(server.url));
  const full = serversThat((server) => server.down && alive.has(server.url));
  return [
    unchecked.length === 0 ? undefined : noHealthCheck(unchecked),
    still.length === 0 ? undefined : weightZero(still),
    down.length === 0 ? undefined : serverDown(down),
    full.length === 0 ? undefined : notReady(full),
  ];
};

const SHOWN = 6;
const listed = (names: readonly string[]): string =>
  names.length <= SHOWN ? names.join(', ') : `${names.slice(0, SHOWN).join(', ')} and ${names.length - SHOWN} more`;

const noHealthCheck = (names: readonly string[]): Finding => ({
  id: 'no-health-check',
  severity: 'problem',
  seen: `without a healthCheck: ${names.join(', ')}`,
  why: 'a dead node stays in use: its clients get 502 for as long as they keep their cookie',
  fix: {
    topology: 'healthCheck: {path: /healthz, interval: 1s, timeout: 1s}',
    traefik: `http.services.${names[0]!.split('@')[0]}.loadBalancer.healthCheck: {path: /healthz, interval: 1s, timeout: 1s}`,
    node: 'put a node in front of a server without /healthz: npm run node -- --name NODE --upstream URL',
  },
});

const weightZero = (servers: readonly string[]): Finding => ({
  id: 'weight-zero',
  severity: 'problem',
  seen: `weight 0: ${servers.join(', ')}`,
  why: 'Traefik then ignores its cookies too: this is not a drain, its sessions are lost',
  fix: {
    topology: 'state: draining (npm run drain -- NODE)',
    traefik: 'no place in the pool, and a router of its own for its session ids',
  },
});

const serverDown = (servers: readonly string[]): Finding => ({
  id: 'server-down',
  severity: 'warning',
  seen: `DOWN: ${servers.join(', ')}`,
  why: 'its health check fails: its clients are sent to other nodes, where they begin anew',
  fix: { node: 'see its log, and request the path of its health check' },
});

const notReady = (servers: readonly string[]): Finding => ({
  id: 'no-new-sessions',
  severity: 'note',
  seen: `alive, but takes no new sessions: ${listed(servers)}`,
  why: 'it is full, draining or stopping: its own sessions continue, new ones begin elsewhere',
  fix: { node: 'GET /readyz says which; where it is full: --max-sessions, or another node' },
});

const HARMFUL: Readonly<Record<string, string>> = {
  compress: 'it compresses event streams, and delays events',
  buffering: 'it waits for complete answers: event streams never begin',
};

const middlewares = ({ middlewares: all }: ApiFacts & { kind: 'read' }): Found<Finding> =>
  all
    .filter(({ kind }) => kind in HARMFUL)
    .map(({ name, kind }) => ({
      id: `${kind}-on-route`,
      severity: 'problem' as const,
      seen: `the middleware ${name} (${kind}) is on the route of the endpoint`,
      why: HARMFUL[kind]!,
      fix: { traefik: `no ${kind} on the routers of /mcp` },
    }));

export const judgeExposed = ({ exposed }: Facts): Found<Finding> =>
  exposed.length === 0
    ? undefined
    : {
        id: 'server-exposed',
        severity: 'warning',
        seen: `the server behind the node can be reached directly: ${listed(exposed)}`,
        why: 'this bypasses the checks of Host and Origin and all limits, and opens sessions that no node knows',
        fix: {
          node: 'let the server listen on 127.0.0.1, beside its node; elsewhere only the node may reach it (a firewall, a NetworkPolicy)',
        },
      };

export const judgeDraining = ({ draining }: Facts): Found<Finding> =>
  draining.map((node) => ({
    id: 'drain-not-in-file',
    severity: 'problem',
    seen: `${node} is draining, but the topology says that it is active`,
    why: 'it takes no new sessions, and nothing waits for its last one to end: an undrain was interrupted, or the file was changed by hand',
    fix: {
      node: `npm run undrain -- ${node}, with the --topology given here; GET /readyz of the node says who began it`,
    },
  }));

export const judgeTopology = (facts: Facts): Found<Finding> => {
  const { topology } = facts;
  if (topology === undefined) return undefined;
  const hazards = hazardsOf(topology).map(
    ({ name, severity, path, message, remedy }): Finding => ({
      id: name,
      severity: severity === 'error' ? 'problem' : 'warning',
      seen: `the topology, ${path}: ${message}`,
      why: 'the deployment is generated from it',
      fix: { topology: remedy },
    }),
  );
  return [...hazards, differs(facts)];
};

/** The text that the value is a hash of; undefined: none that the topology has. */
const formOf = (value: string, { nodes }: Topology): 'name' | 'url' | undefined => {
  const ofPart = (part: (node: TopologyNode) => string): boolean =>
    nodes.some((node) => cookieValue(part(node)) === value);
  if (ofPart(({ id }) => PARTS.ready(id))) return 'name';
  return ofPart(({ url }) => url) ? 'url' : undefined;
};

/** If the deployment differs from its topology, the next generate changes more than intended. */
const differs = (facts: Facts): Found<Finding> => {
  const { topology, withCookies } = facts;
  const cookie = stickyCookie(facts);
  if (topology === undefined || withCookies === undefined || topology.affinity === 'session-id') return undefined;
  const wanted = topology.cookie;
  // A missing pin is reported as its effect on sessions.
  if (cookie === undefined && !sticks(withCookies)) return undefined;
  const form = cookie && formOf(cookie.value, topology);
  const differences =
    cookie === undefined
      ? ['sets no cookie']
      : [
          ...(cookie.name === wanted.name ? [] : [`calls it ${cookie.name}, not ${wanted.name}`]),
          ...(cookie.secure === wanted.secure ? [] : [`sets it ${cookie.secure ? '' : 'not '}Secure`]),
          ...(cookie.httpOnly === wanted.httpOnly ? [] : [`sets it ${cookie.httpOnly ? '' : 'not '}HttpOnly`]),
          ...(cookie.sameSite === wanted.sameSite ? [] : [`says SameSite=${cookie.sameSite ?? '(none)'}`]),
          ...(form === undefined || form === wanted.of ? [] : [`makes it of the ${form}, not of the ${wanted.of}`]),
        ];
  if (differences.length === 0) return undefined;
  return {
    id: 'not-as-the-topology',
    severity: 'warning',
    seen: `the deployment differs from the topology’s cookie: it ${differences.join(', ')}`,
    why: 'its files are from an earlier topology, or from none',
    fix: { topology: 'npm run generate, and deploy the files' },
  };
};
