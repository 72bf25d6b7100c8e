/** A topology as objects of Kubernetes and of Traefik's own resource definitions. */

import { writeYaml } from '../../source/write-yaml.ts';
import type { Topology } from '../../topology/topology.ts';
import { dynamicOf, stickyOf, type TraefikDynamic, type TraefikRouter } from '../dynamic.ts';
import { generatedFrom } from '../generate-files.ts';
import { hasFeature, sinceOf } from '../minors.ts';
import { PARTS } from '../parts.ts';
import { kubernetesNotes } from './kubernetes-notes.ts';
import {
  APP,
  disruptionBudget,
  headlessService,
  type KubernetesObject,
  NAMESPACE,
  namespace,
  PORT_NAME,
  podName,
  podService,
  poolService,
  statefulSet,
} from './kubernetes-pods.ts';
import { staticWithProviders } from './static-text.ts';
import { TargetError } from './target-error.ts';
import type { TargetFile } from './target-file.ts';

export const kubernetesFiles = (topology: Topology): readonly TargetFile[] => [
  { path: 'kubernetes.yaml', text: objectsText(topology) },
  { path: 'kubernetes/traefik.yml', text: staticText(topology) },
];

/** Pods are numbered: the topology's first node is the first pod. */
export const kubernetesObjects = (given: Topology): readonly KubernetesObject[] => {
  if (!hasFeature(given.traefik, 'failoverErrors'))
    throw new TargetError(
      `it needs Traefik ${sinceOf('failoverErrors')}, which can fail over by status: without that, clients of a pod that is gone get 502 for ever`,
    );
  if (given.nodes.some(({ tag, formerly }) => tag !== undefined || formerly !== undefined))
    throw new TargetError('nodes with a tag: here a node has the name of its pod, and all pods have the same settings');
  const { topology, replicas } = inPods(given);
  const dynamic = dynamicOf(topology);
  const byId = topology.affinity !== 'cookie' || topology.handles !== false;
  const own = byId ? topology.nodes.map((_, index) => index) : [];
  return [
    namespace(),
    statefulSet(topology, replicas),
    disruptionBudget(),
    headlessService(),
    poolService(),
    ...own.map(podService),
    endpointService(topology),
    ...own.map(ownService),
    ...middlewares(dynamic),
    ...ingressRoutes(topology, dynamic),
  ];
};

/**
 * Kubernetes itself knows which pods take requests, so the topology's states are not used, except that nodes at the end
 * of the list that are out need no pod.
 */
const inPods = (topology: Topology): { readonly topology: Topology; readonly replicas: number } => {
  const replicas = topology.nodes.findLastIndex(({ state }) => state !== 'out') + 1;
  const nodes = topology.nodes.slice(0, replicas).map((_, index) => {
    const id = podName(index);
    return { id, url: `http://${id}`, state: 'active' as const };
  });
  return { topology: { ...topology, nodes }, replicas };
};

const traefikObject = (kind: string, name: string, spec: object): KubernetesObject => ({
  apiVersion: 'traefik.io/v1alpha1',
  kind,
  metadata: { name, namespace: NAMESPACE },
  spec,
});

const POOL = { name: APP, port: PORT_NAME };

const endpointService = (topology: Topology): KubernetesObject =>
  traefikObject('TraefikService', PARTS.mcp, { weighted: { services: [{ ...POOL, ...stickyOf(topology) }] } });

/** Traefik's status for a pod that does not exist, or that died before it answered. */
const POD_IS_GONE = ['502-504'];

const ownService = (index: number): KubernetesObject =>
  traefikObject('TraefikService', podName(index), {
    failover: {
      service: { name: podName(index), port: PORT_NAME, nativeLB: true },
      fallback: { kind: 'TraefikService', name: PARTS.mcp },
      errors: { status: POD_IS_GONE },
    },
  });

const middlewares = ({ http }: TraefikDynamic): readonly KubernetesObject[] =>
  Object.entries(http.middlewares ?? {}).map(([name, spec]) => traefikObject('Middleware', name, spec));

/** One for each kind of entry point: with its certificate, or in plain text. */
const ingressRoutes = (topology: Topology, { http }: TraefikDynamic): readonly KubernetesObject[] => {
  // The cookie is a hash of the pod's address, which nobody knows before it runs: no route can name its values.
  const byCookie = topology.nodes.map(({ id }) => PARTS.cookie(id));
  const routes = Object.entries(http.routers).flatMap(([name, router]) =>
    byCookie.includes(name) ? [] : [routeOf(router)],
  );
  const served = Object.values(http.routers)[0]?.entryPoints ?? [];
  const certificates = [...new Set(served.map((name) => certificateOf(topology, name)))];
  return certificates.map((certificate, i) =>
    traefikObject('IngressRoute', numbered(APP, i), {
      entryPoints: served.filter((name) => certificateOf(topology, name) === certificate),
      routes,
      ...(certificate !== undefined && { tls: certificate === '' ? {} : { secretName: numbered(`${APP}-tls`, i) } }),
    }),
  );
};

const numbered = (name: string, index: number): string => (index === 0 ? name : `${name}-${index + 1}`);

/** Its file; empty for Traefik's default one, undefined for plain text. */
const certificateOf = ({ entryPoints }: Topology, name: string): string | undefined => {
  const tls = entryPoints[name]?.tls;
  if (typeof tls === 'object') return tls.certFile;
  return tls === true ? '' : undefined;
};

const routeOf = ({ rule, priority, middlewares: names, service }: TraefikRouter): object => ({
  kind: 'Rule',
  match: rule,
  priority,
  ...(names && { middlewares: names.map((name) => ({ name })) }),
  services: [serviceOf(service)],
});

const serviceOf = (name: string): object => {
  if (name === PARTS.default) return POOL;
  if (name === PARTS.mcp) return { kind: 'TraefikService', name };
  // The failover asks for an answer and no health check, so the two ways to a node are one here.
  return { kind: 'TraefikService', name: name.replace(/^(node|only)-/, '') };
};

const objectsText = (topology: Topology): string => {
  const said = new Set<string>();
  const isNew = (text: string): boolean => said.size < said.add(text).size;
  const documents = kubernetesObjects(topology).map((object, i) => {
    const notes = kubernetesNotes(object, topology);
    const comments = notes.comments.filter(({ text }) => isNew(text));
    const heading = isNew(notes.heading) ? notes.heading : object.metadata.name;
    return writeYaml(object, { heading: i === 0 ? `${generatedFrom()}\n${heading}` : heading, comments });
  });
  return documents.join('---\n');
};

const staticText = (topology: Topology): string =>
  staticWithProviders(topology, {
    providers: { kubernetesCRD: { namespaces: [NAMESPACE], allowEmptyServices: true } },
    comment:
      'allowEmptyServices: while no pod is ready, clients get 503. Without it the routes would disappear, and clients\nwould get 404, which tells them that their session is over.',
  });
