/** A topology as a compose file: Traefik on the generated files, the nodes, and Redis unless there is one. */

import type { Comment } from '../../source/write-yaml.ts';
import { writeYaml } from '../../source/write-yaml.ts';
import type { Topology } from '../../topology/topology.ts';
import { generatedFrom, generateFiles } from '../generate-files.ts';
import { nodeService, redisService, TRAEFIK_FOLDER, traefikService, withDollars } from './compose-services.ts';
import { YOUR_SERVER } from './container-settings.ts';
import { type Contained, containedOf } from './containers.ts';
import type { TargetFile } from './target-file.ts';

const FOLDER = 'compose';

export const composeFiles = (topology: Topology): readonly TargetFile[] => {
  const contained = containedOf(topology);
  const traefik = generateFiles(contained.topology, { dynamicFile: `${TRAEFIK_FOLDER}/dynamic.yml` });
  return [
    { path: 'compose.yaml', text: composeText(contained) },
    { path: `${FOLDER}/traefik.yml`, text: traefik.static },
    { path: `${FOLDER}/dynamic.yml`, text: traefik.dynamic },
  ];
};

const composeText = (contained: Contained): string => {
  const { containers, registry, topology } = contained;
  const services = {
    traefik: traefikService(topology, { ...contained, folder: FOLDER }),
    ...Object.fromEntries(containers.map((one) => [one.service, nodeService(one, contained)])),
    ...(registry === undefined && { redis: redisService() }),
  };
  const compose = { name: 'mooring', services, ...(registry === undefined && { volumes: { redis: {} } }) };
  return writeYaml(withDollars(compose) as object, {
    heading: `${generatedFrom()}\ndocker compose up --build --detach`,
    comments: composeComments(contained),
  });
};

const at = (path: readonly string[], text: string): Comment => ({ path: ['services', ...path], text });

const TRAEFIK_COMMENTS: readonly Comment[] = [
  at(['traefik', 'ports'], 'Those of the entry points.'),
  at(
    ['traefik', 'volumes'],
    'The folder and not its files: a file that is replaced would stay the old one in the container.\nCertificates below /etc/traefik go into this folder.',
  ),
  at(['traefik', 'stop_grace_period'], "A little longer than Traefik's own graceTimeOut."),
];

export const composeComments = (contained: Contained): readonly Comment[] => [
  ...TRAEFIK_COMMENTS,
  ...nodeComments(contained),
];

/** Said once, at the first. */
const nodeComments = ({ containers, registry, topology }: Contained): readonly Comment[] => {
  const service = containers[0]?.service ?? '';
  const redis = at(['redis'], 'The registry of sessions: where each one is, never what is in it.');
  return [
    at([service], 'One service a node, and never replicas of one: session ids and cookies name the node.'),
    at([service, 'image'], `${YOUR_SERVER}\nIts name goes here, and \`build\` goes away.`),
    at([service, 'build'], 'MOORING_SOURCE: where the sources of mooring are, from the folder of this file.'),
    at([service, 'networks'], 'The host of its URL.'),
    ...(topology.hosts.length === 0 ? [at([service, 'environment'], NO_HOSTS)] : []),
    at([service, 'environment', 'MOORING_URL'], 'As Traefik has it; other nodes tell by it where a session is.'),
    at([service, 'environment', 'MOORING_PUBLIC_HOSTS'], 'Requests for other hosts are refused (DNS rebinding).'),
    at([service, 'stop_grace_period'], 'Longer than MOORING_GRACE_SECONDS: calls that run may end.'),
    at([service, 'healthcheck'], '/healthz: the process serves its sessions.'),
    ...(registry === undefined ? [redis] : []),
  ];
};

const NO_HOSTS = 'The topology names no hosts: a node then answers to localhost only (MOORING_PUBLIC_HOSTS).';
