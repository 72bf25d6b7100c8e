/** Why each object is there. */

import type { Comment, YamlNotes } from '../../source/write-yaml.ts';
import type { Topology } from '../../topology/topology.ts';
import { registryElsewhere, registryValue, relayNeeds, STATE_KEYS, YOUR_SERVER } from './container-settings.ts';
import { APP, type KubernetesObject, NAMESPACE, podName } from './kubernetes-pods.ts';

type Notes = YamlNotes;

export const kubernetesNotes = (object: KubernetesObject, topology: Topology): Notes => {
  const { kind, metadata } = object;
  if (kind === 'Service') return serviceNotes(metadata.name);
  if (kind === 'TraefikService') return traefikServiceNotes(metadata.name, topology);
  return NOTES[kind]!(topology, object.spec);
};

const spec = (...path: readonly string[]) => ['spec', ...path];
const inPod = (...path: readonly string[]) => spec('template', 'spec', ...path);
const inContainer = (...path: readonly string[]) => inPod('containers', '0', ...path);

type Spec = { readonly replicas?: number; readonly tls?: { readonly secretName?: string } };

const NOTES: Readonly<Record<string, (topology: Topology, spec?: Spec) => Notes>> = {
  Namespace: ({ hosts }) => ({
    heading: `kubectl apply --filename kubernetes.yaml\nTraefik needs its CRDs, its RBAC rules for this namespace, and the settings in kubernetes/traefik.yml.${hosts.length === 0 ? '\nThe topology names no hosts, so nodes answer only requests for localhost.' : ''}`,
    comments: [],
  }),
  StatefulSet: (topology, set) => ({
    heading: `The nodes. Session ids begin with their stable names: ${namesOf(topology, set?.replicas)}.`,
    comments: podComments(topology),
  }),
  PodDisruptionBudget: () => ({
    heading: 'Sessions live in one pod: maintenance of the cluster may evict only one pod at a time.',
    comments: [],
  }),
  Middleware: () => ({
    heading:
      'Lets pages of these origins use the endpoint. Without the exposed header they could not read their session id.',
    comments: [],
  }),
  IngressRoute: (_, route) => ({
    heading: 'Sessions by their ids, handles and tasks by theirs, then the endpoint, then everything else.',
    comments: [route?.tls?.secretName ?? []].flat().map(certificate),
  }),
};

const certificate = (secret: string): Comment => ({
  path: spec('tls'),
  text: `kubectl --namespace ${NAMESPACE} create secret tls ${secret} --cert FILE --key FILE`,
});

const namesOf = ({ nodes }: Topology, replicas: number | undefined): string =>
  nodes
    .slice(0, replicas)
    .map(({ id }, index) => (id === podName(index) ? id : `${podName(index)} is ${id}`))
    .join(', ');

const podComments = (topology: Topology): readonly Comment[] => [
  { path: spec('podManagementPolicy'), text: 'They do not wait for each other to start.' },
  {
    path: inPod('terminationGracePeriodSeconds'),
    text: `The time to drain (${topology.timeouts.drain}) and the time for running calls.`,
  },
  { path: inContainer('image'), text: `${YOUR_SERVER}\nPut its name here.` },
  { path: inContainer('env'), text: environmentNotes(topology).join('\n') },
  {
    path: inContainer('readinessProbe'),
    text: 'A pod that is not ready gets no new sessions. Its own continue: their route does not require it to be ready.',
  },
  {
    path: inContainer('livenessProbe'),
    text: 'A restart ends every session of the pod: only one that has not answered for a minute is restarted.',
  },
  {
    path: inContainer('lifecycle'),
    text: 'A terminating pod takes no new sessions, and stays until its last one is closed or the time to drain is over.',
  },
];

const environmentNotes = (topology: Topology): readonly string[] => {
  const redis =
    registryValue(registryElsewhere(topology.registry)) === undefined
      ? ' --from-literal=redis-url=redis://HOST:6379'
      : '';
  const state = '--from-literal=request-state-keys="$(openssl rand -base64 32)"';
  return [
    "MOORING_URL is the URL that Traefik builds from the pod's address: its cookie is a hash of that.",
    `MOORING_REQUEST_STATE_KEYS: ${STATE_KEYS}`,
    `kubectl --namespace ${NAMESPACE} create secret generic ${APP} ${state}${redis}`,
    ...[relayNeeds(topology) ?? []].flat(),
  ];
};

const serviceNotes = (name: string): Notes => {
  if (name === APP) return { heading: 'Every pod that is ready.', comments: [] };
  if (name === `${APP}-pods`) return { heading: 'Gives the pods their host names.', comments: [] };
  return {
    heading: 'One pod, for its sessions, handles and tasks.',
    comments: [{ path: spec('publishNotReadyAddresses'), text: 'Also while full or terminating, for its sessions.' }],
  };
};

const traefikServiceNotes = (name: string, { affinity }: Topology): Notes => {
  if (name === 'mcp')
    return {
      heading:
        affinity === 'session-id'
          ? 'New sessions: round robin over the ready pods.'
          : 'New sessions, and clients pinned by the cookie, a hash of the pod’s URL. A terminating pod keeps its clients and\ngets no others; a full one loses those that are pinned only by the cookie.',
      comments: [],
    };
  return {
    heading: 'One pod. When it is gone, another one answers 404 with the reason, and clients open a new session.',
    comments: [
      {
        path: spec('failover', 'service'),
        text: 'nativeLB: by the address of the service, which stays. Traefik sends no new request to a terminating pod.',
      },
      {
        path: spec('failover', 'errors'),
        text: 'Health checks exist only for services outside the cluster, so failover goes by the status of the answer.',
      },
    ],
  };
};
