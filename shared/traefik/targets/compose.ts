/** A topology as a compose file: Traefik on the generated files, the nodes, and Redis unless there is one. */

import type { Comment } from '../../source/write-yaml.ts';
import { writeYaml } from '../../source/write-yaml.ts';
import type { Topology } from '../../topology/topology.ts';
import { generatedFrom, generateFiles } from '../generate-files.ts';
import { nodeService, redisService, TRAEFIK_FOLDER, traefikService, withDollars } from './compose-services.ts';
import { relayNeeds, STATE_KEYS, YOUR_SERVER } from './container-settings.ts';
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
  at(['traefik', 'ports'], 'The ports of the entry points.'),
  at(
    ['traefik', 'volumes'],
    'The folder, not the files: the container would not see a file that is replaced.\nCertificates below /etc/traefik go into this folder.',
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
  const needs = [topology.hosts.length === 0 ? NO_HOSTS : [], relayNeeds(topology) ?? []].flat();
  const redis = at(['redis'], 'The session registry: where each session is, never its contents.');
  return [
    at([service], 'One service per node, without replicas: session ids and cookies name the node.'),
    at([service, 'image'], `${YOUR_SERVER}\nPut its name here and remove \`build\`.`),
    at([service, 'build'], 'MOORING_SOURCE: the path of the sources of mooring, relative to this file.'),
    at([service, 'networks'], 'The host name of its URL.'),
    ...(needs.length > 0 ? [at([service, 'environment'], needs.join('\n'))] : []),
    at([service, 'environment', 'MOORING_URL'], 'As in the files for Traefik. Other nodes find this one by it.'),
    at([service, 'environment', 'MOORING_PUBLIC_HOSTS'], 'Requests for other hosts are refused (DNS rebinding).'),
    at([service, 'environment', 'MOORING_REQUEST_STATE_KEYS'], `A key (openssl rand -base64 32) that ${STATE_KEYS}`),
    at([service, 'stop_grace_period'], 'Longer than MOORING_GRACE_SECONDS, so that running calls can finish.'),
    at([service, 'healthcheck'], '/healthz: the process serves its sessions.'),
    ...(registry === undefined ? [redis] : []),
  ];
};

const NO_HOSTS = 'The topology names no hosts, so nodes answer only requests for localhost (MOORING_PUBLIC_HOSTS).';
