/** The pods and their services, as plain Kubernetes objects. */
import type { Topology } from '../../topology/topology.ts';
import { registryElsewhere, registryValue, secondsOf } from './container-settings.ts';

export const NAMESPACE = 'mooring';
export const APP = 'mooring';
export const PORT_NAME = 'http';
const PORT = 8080;
const LABELS = { 'app.kubernetes.io/name': APP };
/** Time for running calls after the sessions had theirs, and for what a node does before and after. */
const GRACE_SECONDS = 20;
const LAST_SECONDS = 10;

export const podName = (index: number): string => `${APP}-${index}`;

type Metadata = { readonly name: string; readonly namespace?: string; readonly labels?: object };
export type KubernetesObject = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Metadata;
  readonly spec?: object;
};

export const namespace = (): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: NAMESPACE },
});

const metadataOf = (name: string): Metadata => ({ name, namespace: NAMESPACE, labels: LABELS });

const service = (name: string, spec: object): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: metadataOf(name),
  spec: { ...spec, ports: [{ name: PORT_NAME, port: PORT, targetPort: PORT_NAME }] },
});

export const poolService = (): KubernetesObject => service(APP, { selector: LABELS });

export const headlessService = (): KubernetesObject => service(`${APP}-pods`, { clusterIP: 'None', selector: LABELS });

export const podService = (index: number): KubernetesObject =>
  service(podName(index), {
    selector: { 'statefulset.kubernetes.io/pod-name': podName(index) },
    publishNotReadyAddresses: true,
  });

export const disruptionBudget = (): KubernetesObject => ({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: metadataOf(APP),
  spec: { maxUnavailable: 1, selector: { matchLabels: LABELS } },
});

export const statefulSet = (topology: Topology, replicas: number): KubernetesObject => {
  const drain = Math.ceil(secondsOf(topology.timeouts.drain));
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: metadataOf(APP),
    spec: {
      serviceName: `${APP}-pods`,
      replicas,
      podManagementPolicy: 'Parallel',
      selector: { matchLabels: LABELS },
      template: {
        metadata: { labels: LABELS },
        spec: {
          terminationGracePeriodSeconds: drain + GRACE_SECONDS + LAST_SECONDS,
          securityContext: { runAsNonRoot: true, runAsUser: 1000 },
          containers: [container(topology, drain)],
        },
      },
    },
  };
};

const container = (topology: Topology, drain: number) => ({
  name: 'node',
  image: 'mooring-node',
  securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
  ports: [{ name: PORT_NAME, containerPort: PORT }],
  env: environment(topology),
  startupProbe: { httpGet: { path: '/healthz', port: PORT_NAME }, periodSeconds: 1, failureThreshold: 60 },
  readinessProbe: { httpGet: { path: readyPath(topology), port: PORT_NAME }, periodSeconds: 2, failureThreshold: 2 },
  livenessProbe: {
    httpGet: { path: '/healthz', port: PORT_NAME },
    periodSeconds: 10,
    failureThreshold: 6,
    timeoutSeconds: 5,
  },
  lifecycle: { preStop: { exec: { command: ['node', '--input-type=module', '--eval', awaitEmpty(drain)] } } },
});

/** A full node is not ready; clients known only by their cookie would lose it. */
const readyPath = ({ affinity }: Topology): string => (affinity === 'cookie' ? '/healthz' : '/readyz');

const fieldOf = (name: string, fieldPath: string) => ({ name, valueFrom: { fieldRef: { fieldPath } } });

const environment = (topology: Topology): readonly object[] => {
  const registry = registryValue(registryElsewhere(topology.registry));
  const given = (name: string, values: readonly string[]) =>
    values.length === 0 ? [] : [{ name, value: values.join(',').replaceAll('$', '$$$$') }];
  return [
    fieldOf('MOORING_NAME', 'metadata.name'),
    fieldOf('POD_IP', 'status.podIP'),
    { name: 'MOORING_HOST', value: '0.0.0.0' },
    { name: 'MOORING_PORT', value: `${PORT}` },
    { name: 'MOORING_URL', value: `http://$(POD_IP):${PORT}` },
    registry === undefined
      ? { name: 'REDIS_URL', valueFrom: { secretKeyRef: { name: APP, key: 'redis-url' } } }
      : { name: 'REDIS_URL', value: registry },
    ...given('MOORING_PUBLIC_HOSTS', topology.hosts),
    ...given(
      'MOORING_ORIGINS',
      topology.cors.origins.filter((origin) => origin !== '*'),
    ),
    ...given('MOORING_COOKIE', [topology.cookie.name]),
    { name: 'MOORING_GRACE_SECONDS', value: `${GRACE_SECONDS}` },
    {
      name: 'MOORING_REQUEST_STATE_KEYS',
      valueFrom: { secretKeyRef: { name: APP, key: 'request-state-keys', optional: true } },
    },
  ];
};

const LOOK_SECONDS = 2;

const awaitEmpty = (seconds: number): string =>
  [
    "import { scheduler } from 'node:timers/promises';",
    `const sessions = async () => (await (await fetch('http://127.0.0.1:${PORT}/readyz')).json()).sessions;`,
    `for (let looks = ${Math.ceil(seconds / LOOK_SECONDS)}; looks > 0 && (await sessions()) > 0; looks--)`,
    `  await scheduler.wait(${LOOK_SECONDS * 1000});`,
  ].join('\n');
