import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import type { RegistryView } from '../../shared/registry/registry-view.ts';
import { topologySchema } from '../../shared/topology/topology.ts';
import { generateFiles } from '../../shared/traefik/generate-files.ts';
import { type RestartEvent, restartNode } from './restart-node.ts';

/** Restarts n2, which then announces this id prefix. */
const restarted = async (t: TestContext, prefix: string, act = 'true') => {
  const folder = await mkdtemp(join(tmpdir(), 'restart-'));
  t.after(() => rm(folder, { recursive: true }));
  let starts = 0;
  const server = createServer((_, res) => res.end(JSON.stringify({ node: prefix, boot: `boot ${starts++}` })));
  t.after(() => server.close());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const nodes = [
    { id: 'n1', url: 'http://a:1' },
    { id: 'n2', url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` },
  ];
  const given = { nodes, entryPoints: { web: { address: ':80' } } };
  const topology = topologySchema.parse(given);
  const deployment = { file: join(folder, 'topology.json'), folder };
  await writeFile(deployment.file, JSON.stringify(given, null, 2));
  await writeFile(
    join(folder, 'dynamic.yml'),
    generateFiles(topology, { dynamicFile: join(folder, 'dynamic.yml') }).dynamic,
  );
  const away = async () => ({ kind: 'unavailable', why: 'Redis is away' }) as const;
  const quit = async (): Promise<void> => undefined;
  const view: RegistryView = {
    ...{ find: away, node: away, nodes: away, sessions: away, mark: away, setMark: away, removeMark: away, quit },
  };
  const { signal } = new AbortController();
  const print = (): void => undefined;
  const terminal = { print, complain: print, interactive: false, color: false, env: {}, signal };
  const told: RestartEvent[] = [];
  const report = (event: RestartEvent): void => void told.push(event);
  const how = {
    topology,
    command: act.replace('FILE', deployment.file),
    backMs: 10_000,
    timeoutMs: 0,
    settleMs: 0,
    terminal,
    report,
  };
  assert.equal((await restartNode({ deployment, node: 'n2', view, ...how })).kind, 'failed');
  const failed = told.at(-1);
  assert.ok(failed?.event === 'failed');
  return failed;
};

test('a node that cannot be reopened stops the rolling restart, because it may refuse for good', async (t) => {
  const failed = await restarted(t, 'n2');
  assert.deepEqual([failed.at, failed.state], ['return', 'active']);
  assert.match(failed.how, /Redis is away/);
});

test('a node that comes back with a tag that is not in the file stays out: its ids have no route', async (t) => {
  const failed = await restarted(t, 'k7q2');
  assert.deepEqual([failed.at, failed.state], ['return', 'out']);
  assert.match(failed.how, /its ids begin with k7q2, which no route takes: start it without --tag/);
});

test('if the topology disappears the rolling restart stops, and the node stays as it is', async (t) => {
  const failed = await restarted(t, 'n2', 'rm FILE');
  assert.deepEqual([failed.at, failed.state], ['return', 'out']);
  assert.match(failed.how, /there is no topology/);
});
