/** A topology as container labels, as far as Traefik's Docker provider supports it, and a compose file with them. */

import { writeYaml } from '../../source/write-yaml.ts';
import type { Topology, TopologyNode } from '../../topology/topology.ts';
import { dynamicOf, type TraefikDynamic, type TraefikRouter } from '../dynamic.ts';
import { generatedFrom } from '../generate-files.ts';
import { PARTS } from '../parts.ts';
import { composeComments } from './compose.ts';
import { nodeService, redisService, TRAEFIK_FOLDER, traefikService, withDollars } from './compose-services.ts';
import { type Contained, containedOf } from './containers.ts';
import { type Leaf, leavesOf } from './leaves.ts';
import { oneCase, withOneCase } from './one-case.ts';
import { staticWithProviders } from './static-text.ts';
import type { TargetFile } from './target-file.ts';
import { withServers } from './with-servers.ts';

const FOLDER = 'labels';

export const labelsFiles = (topology: Topology): readonly TargetFile[] => {
  const contained = containedOf(topology);
  const { tls } = dynamicOf(contained.topology);
  return [
    { path: 'compose.labels.yaml', text: composeText(contained) },
    { path: `${FOLDER}/traefik.yml`, text: staticText(contained.topology, tls !== undefined) },
    ...(tls === undefined ? [] : [{ path: `${FOLDER}/tls.yml`, text: tlsText({ tls }) }]),
  ];
};

/**
 * The labels of one node's container: its own routes, and the shared ones with the same text as on all others; Traefik
 * merges the containers' servers.
 */
export const labelsOf = (node: TopologyNode, topology: Topology): Readonly<Record<string, string>> => {
  const dynamic = withoutFailover(dynamicOf(withServers({ ...topology, nodes: [node] })), node);
  const leaves = leavesOf(withOneCase(dynamic)).map(withOneServer);
  const labels = new Map<string, string>([['traefik.enable', 'true']]);
  for (const { path, value } of leaves) {
    const inList = /^\d+$/.test(path.at(-1)!);
    const key = ['traefik', ...(inList ? path.slice(0, -1) : path)].join('.');
    const before = labels.get(key);
    labels.set(key, before === undefined ? value : `${before},${value}`);
  }
  return Object.fromEntries(labels);
};

/** A balancer in labels has the container as its only server. */
const withOneServer = ({ path, value }: Leaf): Leaf => {
  const at = path.indexOf('servers');
  return at < 0 ? { path, value } : { path: [...path.slice(0, at), 'server', ...path.slice(at + 2)], value };
};

/**
 * Labels support only balancers, and add the container to every balancer that they name: a draining node must not name
 * the pools. Of the two services of a failover the main one is used; for everything else it is the pool of live nodes,
 * because full nodes must still serve it.
 */
const withoutFailover = ({ http }: TraefikDynamic, { id, state }: TopologyNode): TraefikDynamic => {
  const balancerOf = (name: string): string => {
    const service = http.services[name];
    if (service === undefined || !('failover' in service)) return name;
    return name === PARTS.default ? service.failover.fallback : service.failover.service;
  };
  const routers = Object.entries(http.routers).map(([name, router]): [string, TraefikRouter] => [
    name,
    { ...router, service: balancerOf(router.service) },
  ]);
  const named = new Set(routers.map(([, { service }]) => service));
  const services = Object.entries(http.services).filter(
    ([name]) => named.has(name) && (state === 'active' || name === PARTS.only(id)),
  );
  return { http: { ...http, routers: Object.fromEntries(routers), services: Object.fromEntries(services) } };
};

const composeText = (contained: Contained): string => {
  const { containers, registry, topology } = contained;
  const traefik = traefikService(topology, { ...contained, folder: FOLDER });
  const services = {
    traefik: { ...traefik, volumes: [...traefik.volumes, SOCKET] },
    ...Object.fromEntries(
      containers.map((one) => [one.service, { ...nodeService(one, contained), labels: labelsOf(one.node, topology) }]),
    ),
    ...(registry === undefined && { redis: redisService() }),
  };
  const compose = { name: 'mooring', services, ...(registry === undefined && { volumes: { redis: {} } }) };
  const service = containers[0]?.service ?? '';
  return writeYaml(withDollars(compose) as object, {
    heading: `${generatedFrom()}\n\n${LIMITS}\n\ndocker compose --file compose.labels.yaml up --build --detach`,
    comments: [
      ...composeComments(contained),
      { path: ['services', service, 'labels'], text: LABELS },
      { path: ['services', service, 'labels', ownRouter(containers[0]?.node)], text: OWN_ROUTER },
    ],
  });
};

const SOCKET = '/var/run/docker.sock:/var/run/docker.sock:ro';

const ownRouter = (node: TopologyNode | undefined): string =>
  `traefik.http.routers.${oneCase(PARTS.node(node?.id ?? ''))}.rule`;

const LIMITS = `Labels can express less than files (prefer compose.yaml):
- No failover service. A session's route leads only to its node: while the node is down but its container runs, its
  clients get 503, not a 404 with the reason. Once Docker reports the container as unhealthy or stopped, Traefik
  removes the route, and another node answers.
- No pools of services. The cookie is a hash of the node's URL, so respelling it moves its clients.
- No choice between nodes that take sessions and nodes that are alive. Everything besides the endpoint uses the
  latter, and may fail for a moment while a node stops; new sessions get Traefik's own 503 while every node is full.
- No drain. Labels change only with a new container, and the sessions of the old one are lost.
- No certificates: they are in labels/tls.yml.`;
const LABELS = 'The shared routes are the same on every node: if they differ, Traefik drops them.';
const OWN_ROUTER = "A session id begins with its node's name, so a session needs no cookie.";

const staticText = (topology: Topology, withCertificates: boolean): string =>
  staticWithProviders(topology, {
    providers: {
      docker: { exposedByDefault: false },
      ...(withCertificates && { file: { filename: `${TRAEFIK_FOLDER}/tls.yml`, watch: true } }),
    },
    comment: 'Access to this socket means full control of Docker: a proxy in front of it can restrict that.',
  });

const tlsText = (tls: Pick<TraefikDynamic, 'tls'>): string =>
  writeYaml(tls, { heading: generatedFrom(), comments: [{ path: ['tls'], text: 'Labels cannot name certificates.' }] });
