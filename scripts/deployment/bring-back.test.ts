import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import type { DrainMark } from '../../shared/registry/drain-mark.ts';
import { topologySchema } from '../../shared/topology/topology.ts';
import { generateFiles } from '../../shared/traefik/generate-files.ts';
import { bringBack, type RoutedEvent } from './bring-back.ts';
import {
  type Deployment,
  dynamicFileOf,
  type NodeState,
  readDeployment,
  setState,
  setStateFrom,
} from './deployment.ts';
import { drainNode } from './drain-node.ts';

const deployed = async (t: TestContext, state: NodeState, url = 'http://b:1'): Promise<Deployment> => {
  const folder = await mkdtemp(join(tmpdir(), 'return-'));
  t.after(() => rm(folder, { recursive: true }));
  const deployment = { file: join(folder, 'topology.json'), folder };
  const nodes = [
    { id: 'n1', url: 'http://a:1' },
    { id: 'n2', url, state },
  ];
  const given = { nodes, entryPoints: { web: { address: ':80' } } };
  await writeFile(deployment.file, JSON.stringify(given, null, 2));
  const { dynamic } = generateFiles(topologySchema.parse(given), { dynamicFile: dynamicFileOf(deployment) });
  await writeFile(dynamicFileOf(deployment), dynamic);
  return deployment;
};

const stateOf = async (deployment: Deployment): Promise<NodeState | undefined> =>
  (await readDeployment(deployment)).nodes.find(({ id }) => id === 'n2')?.state;

type How = { readonly settleMs: number; readonly report: (event: RoutedEvent) => unknown };
const back = (deployment: Deployment, { settleMs, report }: How) =>
  bringBack({
    ...{ deployment, node: 'n2', view: undefined, settleMs, signal: new AbortController().signal },
    report: (event) => void report(event),
  });

const HOUR_MS = 3_600_000;

test('undrain waits for routes that another command has just written', async (t) => {
  const deployment = await deployed(t, 'out');
  await setState(deployment, { node: 'n2', state: 'draining' });
  // As new as possible, however long this test takes.
  const ahead = new Date(Date.now() + HOUR_MS);
  await utimes(dynamicFileOf(deployment), ahead, ahead);
  const told: RoutedEvent[] = [];
  assert.equal((await back(deployment, { settleMs: 50, report: (event) => told.push(event) })).kind, 'active');
  assert.deepEqual(
    told.map(({ event, files }) => [event, files]),
    [['routed', []]],
  );
});

test('routes that are older than the settle time are not waited for', async (t) => {
  const deployment = await deployed(t, 'draining');
  const before = new Date(Date.now() - 2 * HOUR_MS);
  await utimes(dynamicFileOf(deployment), before, before);
  const told: RoutedEvent[] = [];
  const end = await back(deployment, { settleMs: HOUR_MS, report: (event) => told.push(event) });
  assert.deepEqual([end.kind, told, await stateOf(deployment)], ['active', [], 'active']);
});

test('an undrain that was killed between its two files writes the routes before it waits', async (t) => {
  const deployment = await deployed(t, 'out');
  const text = await readFile(deployment.file, 'utf8');
  await writeFile(deployment.file, text.replace('"out"', '"draining"'));
  const before = new Date(Date.now() - 2 * HOUR_MS);
  await utimes(dynamicFileOf(deployment), before, before);
  const told: RoutedEvent[] = [];
  assert.equal((await back(deployment, { settleMs: 50, report: (event) => told.push(event) })).kind, 'active');
  assert.deepEqual(
    told.map(({ files }) => files),
    [[dynamicFileOf(deployment)]],
  );
});

test('a node that is taken out during its undrain starts over', async (t) => {
  const deployment = await deployed(t, 'out');
  const told: string[] = [];
  const report = async ({ event }: RoutedEvent): Promise<void> => {
    if (told.push(event) === 1) await setState(deployment, { node: 'n2', state: 'out' });
  };
  assert.equal((await back(deployment, { settleMs: 300, report })).kind, 'active');
  assert.deepEqual([told, await stateOf(deployment)], [['routed', 'routed'], 'active']);
});

test('if the registry was wiped, the node itself is asked which drain it follows', async (t) => {
  let drainId: string | undefined = 'd1';
  const server = createServer((_, res) => res.end(JSON.stringify({ node: 'n2', boot: 'b', drainId })));
  t.after(() => server.close());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const deployment = await deployed(t, 'active', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const nothing = async () => ({ kind: 'found', item: undefined }) as const;
  const setMark = async (_: unknown, { id, lifted }: DrainMark) => {
    if (lifted && id === drainId) drainId = undefined;
    return { kind: 'written' } as const;
  };
  const view = { node: nothing, mark: nothing, setMark };
  const { signal } = new AbortController();
  const end = await bringBack({ deployment, node: 'n2', view, settleMs: 0, signal, report: () => undefined });
  assert.deepEqual([end, drainId], [{ kind: 'active', files: [], before: 'active' }, undefined]);
});

test('a change based on an outdated state changes nothing', async (t) => {
  const deployment = await deployed(t, 'active');
  const before = await readFile(deployment.file, 'utf8');
  assert.equal(await setStateFrom(deployment, { node: 'n2', from: 'draining', state: 'out' }), undefined);
  assert.equal(await readFile(deployment.file, 'utf8'), before);
});

test('a drain whose node was put back at the last moment leaves it active', async (t) => {
  const deployment = await deployed(t, 'active');
  // The node is checked after the file, and then the deadline is over.
  const look = async () => {
    await setState(deployment, { node: 'n2', state: 'active' });
    return { kind: 'unavailable', why: 'Redis is away' } as const;
  };
  const done = async () => ({ kind: 'written' }) as const;
  const view = {
    find: look,
    node: look,
    sessions: look,
    mark: look,
    setMark: done,
    removeMark: done,
    quit: async () => undefined,
  };
  const nodes = async () => ({ kind: 'listed', items: [], complete: true }) as const;
  const { signal } = new AbortController();
  const drain = { deployment, node: 'n2', view: { ...view, nodes }, timeoutMs: 0, signal, report: () => undefined };
  const { event, ...end } = await drainNode(drain);
  assert.deepEqual([event, end.why, await stateOf(deployment)], ['left', 'changed', 'active']);
});
