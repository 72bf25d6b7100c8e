/** Our objects as real Traefik reads them from Kubernetes. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import test, { type TestContext } from 'node:test';
import { cookieValue } from '../../cookie-value.ts';
import { kubernetesFiles, kubernetesObjects } from '../kubernetes.ts';
import type { KubernetesObject } from '../kubernetes-pods.ts';
import { type ApiObject, startKubernetes } from './test-stub-api.ts';
import { liveTopology, skip, startNode, startTraefik } from './test-traefik.ts';

type Pod = { readonly url: string; readonly terminating?: boolean };

/**
 * The pool as the control plane reports it. Pods differ in their port here, which addresses cannot, so one slice each.
 */
const slicesOf = (pods: readonly Pod[]): readonly ApiObject[] =>
  pods.map(({ url, terminating = false }, i) => ({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: `mooring-${i}x`, namespace: 'mooring', labels: { 'kubernetes.io/service-name': 'mooring' } },
    addressType: 'IPv4',
    ports: [{ name: 'http', port: Number(new URL(url).port), protocol: 'TCP' }],
    endpoints: [{ addresses: [addressOf(url)], conditions: { ready: !terminating, serving: true, terminating } }],
  }));

const addressOf = (url: string): string => new URL(url).hostname;

/** What the control plane adds to an object: a service's address. */
const admitted = (object: KubernetesObject, pods: readonly Pod[]): ApiObject => {
  const index = Number(/^mooring-(\d+)$/.exec(object.metadata.name)?.[1] ?? Number.NaN);
  const pod = pods[index];
  if (object.kind !== 'Service') return object;
  const spec = object.spec as { readonly ports: readonly object[] };
  if (pod === undefined) return object;
  const ports = spec.ports.map((port) => ({ ...port, port: Number(new URL(pod.url).port) }));
  return { ...object, spec: { ...spec, clusterIP: addressOf(pod.url), ports } } as ApiObject;
};

type Started = { readonly ready?: readonly Pod[]; readonly cors?: object };

const start = async (t: TestContext, pods: readonly Pod[], { ready = pods, ...change }: Started = {}) => {
  const topology = await liveTopology(
    pods.map((_, i) => `http://n${i}`),
    change,
  );
  const objects = kubernetesObjects(topology).map((object) => admitted(object, pods));
  const endpoint = await startKubernetes(t, [...objects, ...slicesOf(ready)]);
  const fixed = kubernetesFiles(topology).find(({ path }) => path === 'kubernetes/traefik.yml')!.text;
  const traefik = startTraefik(
    t,
    topology,
    fixed.replace('  kubernetesCRD:\n', `  kubernetesCRD:\n    endpoint: ${endpoint}\n`),
  );
  const routers = await traefik.until(
    () => traefik.listed('routers'),
    (seen) => Object.keys(seen).some((name) => name.endsWith('@kubernetescrd')),
  );
  return { traefik, routers };
};

test('Traefik accepts our objects: a session goes to its pod, a terminating pod keeps its own and gets no new ones', {
  skip,
}, async (t) => {
  const [a, b, c] = await Promise.all([startNode(t), startNode(t, '127.0.0.2'), startNode(t, '127.0.0.3')]);
  const pods = [{ url: a.url }, { url: b.url, terminating: true }, { url: c.url }];
  const { traefik, routers } = await start(t, pods, { cors: { origins: ['https://a.example'] } });
  const own = Object.entries(routers).filter(([name]) => name.endsWith('@kubernetescrd'));
  assert.equal(own.length, 9);
  const services = Object.entries(await traefik.listed('services'));
  for (const [name, status] of [...own, ...services]) assert.equal(status, 'enabled', name);
  const met = async (headers: Readonly<Record<string, string>> = {}): Promise<number[]> => {
    const answers = await Promise.all(Array.from({ length: 6 }, () => traefik.ask('/mcp', headers)));
    return [...new Set(answers.map(({ text }) => pods.findIndex(({ url }) => url === text)))].sort();
  };
  assert.deepEqual(await met(), [0, 2]);
  for (const [i, { url }] of pods.entries()) {
    assert.deepEqual(await met({ 'mcp-session-id': `mooring-${i}.1` }), [i]);
    assert.deepEqual(await met({ cookie: `_mcp_backend=${cookieValue(url)}` }), [i]);
  }
  b.stop();
  assert.deepEqual(await met({ 'mcp-session-id': 'mooring-1.1' }), [0, 2]);
});

test('while no pod is ready clients get 503, and the routes stay', { skip }, async (t) => {
  const pod = await startNode(t);
  pod.stop();
  const { traefik, routers } = await start(t, [pod], { ready: [] });
  assert.equal(
    Object.values(routers).every((status) => status === 'enabled'),
    true,
  );
  assert.equal((await traefik.ask('/mcp')).status, 503);
  assert.equal((await traefik.ask('/mcp', { 'mcp-session-id': 'mooring-0.1' })).status, 503);
});

test('events of a session are not delayed, even if its route inspects the answer', { skip }, async (t) => {
  const pod = await startNode(t);
  const { traefik } = await start(t, [pod]);
  const stream = await traefik.open('/mcp', { 'mcp-session-id': 'mooring-0.1', accept: 'text/event-stream' });
  const [event] = await once(stream, 'data');
  assert.equal(String(event), 'data: first\n\n');
  stream.destroy();
});
