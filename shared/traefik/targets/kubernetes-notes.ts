/** Why each object is there. */

import type { Comment, YamlNotes } from '../../source/write-yaml.ts';
import type { Topology } from '../../topology/topology.ts';
import { registryElsewhere, registryValue, YOUR_SERVER } from './container-settings.ts';
import { APP, type KubernetesObject, NAMESPACE, podName } from './kubernetes-pods.ts';

type Notes = YamlNotes;

export const kubernetesNotes = (object: KubernetesObject, topology: Topology): Notes => {
  const { kind, metadata } = object;
  if (kind === 'Service') return serviceNotes(metadata.name);
  if (kind === 'TraefikService') return traefikServiceNotes(metadata.name, topology);
  const notes = NOTES[kind]?.(topology);
  return notes ?? { heading: metadata.name, comments: [] };
};

const spec = (...path: readonly string[]) => ['spec', ...path];
const inPod = (...path: readonly string[]) => spec('template', 'spec', ...path);
const inContainer = (...path: readonly string[]) => inPod('containers', '0', ...path);

const NOTES: Readonly<Record<string, (topology: Topology) => Notes>> = {
  Namespace: ({ hosts }) => ({
    heading: `kubectl apply --filename kubernetes.yaml\nTraefik needs its resource definitions, its rights in this namespace, and what kubernetes/traefik.yml says.${hosts.length === 0 ? '\nThe topology names no hosts: a node then answers to localhost only.' : ''}`,
    comments: [],
  }),
  StatefulSet: (topology) => ({
    heading: `The nodes. Their names last, and session ids begin with them: ${namesOf(topology)}.`,
    comments: podComments(topology),
  }),
  PodDisruptionBudget: () => ({
    heading: 'Sessions live in one pod: of a cluster under repair no more than one at a time.',
    comments: [],
  }),
  Middleware: () => ({
    heading:
      'Lets pages of these origins reach the endpoint; without the exposed header they never see their session id.',
    comments: [],
  }),
  IngressRoute: ({ entryPoints }) => ({
    heading: 'A session by its id, a handle or a task by its own, then the endpoint, then everything else.',
    comments: Object.values(entryPoints).some(({ tls }) => typeof tls === 'object') ? [CERTIFICATE] : [],
  }),
};

const CERTIFICATE: Comment = {
  path: spec('tls'),
  text: `kubectl --namespace ${NAMESPACE} create secret tls ${APP}-tls --cert FILE --key FILE`,
};

const namesOf = ({ nodes }: Topology): string =>
  nodes.map(({ id }, index) => (id === podName(index) ? id : `${podName(index)} is ${id}`)).join(', ');

const podComments = ({ registry, timeouts }: Topology): readonly Comment[] => [
  { path: spec('podManagementPolicy'), text: 'They do not wait for each other to start.' },
  {
    path: inPod('terminationGracePeriodSeconds'),
    text: `The time to drain (${timeouts.drain}), then that for running calls.`,
  },
  { path: inContainer('image'), text: `${YOUR_SERVER}\nIts name goes here.` },
  {
    path: inContainer('env'),
    text: `MOORING_URL is the URL as Traefik makes it of the pod's address: its cookie is a hash of that.${registryValue(registryElsewhere(registry)) === undefined ? `\nkubectl --namespace ${NAMESPACE} create secret generic ${APP} --from-literal=redis-url=redis://HOST:6379` : ''}`,
  },
  {
    path: inContainer('readinessProbe'),
    text: 'Not ready: no new sessions. Its own go on, for their route does not ask for it.',
  },
  {
    path: inContainer('livenessProbe'),
    text: 'A restart ends every session of the pod: only one that has not answered for a minute.',
  },
  {
    path: inContainer('lifecycle'),
    text: 'A pod that is to end takes no new sessions, and stays until its last one is closed or the time to drain is over.',
  },
];

const serviceNotes = (name: string): Notes => {
  if (name === APP) return { heading: 'Every pod that is ready.', comments: [] };
  if (name === `${APP}-pods`) return { heading: 'Gives the pods their host names.', comments: [] };
  return {
    heading: 'One pod, for what it holds.',
    comments: [{ path: spec('publishNotReadyAddresses'), text: 'Also while it is full or ends: its sessions go on.' }],
  };
};

const traefikServiceNotes = (name: string, { affinity }: Topology): Notes => {
  if (name === 'mcp')
    return {
      heading:
        affinity === 'session-id'
          ? 'New sessions: every pod that is ready, in turn.'
          : 'New sessions, and clients that are known by the cookie, a hash of the pod’s URL. A pod that ends keeps those it\nhas and gets no others; one that is full loses those that are known by the cookie alone.',
      comments: [],
    };
  return {
    heading: 'One pod; when it is gone, another one answers with a 404 that says why, and clients begin anew.',
    comments: [
      {
        path: spec('failover', 'service'),
        text: 'nativeLB: by the address of the service, which stays. Traefik lets no new request into a pod that ends.',
      },
      {
        path: spec('failover', 'errors'),
        text: 'Health checks are for services outside the cluster only, so the answer has to tell.',
      },
    ],
  };
};
