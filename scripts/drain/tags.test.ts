/** Ids with a tag do not show the node's name, and everything else works as with names. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import test, { type TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { freePorts } from '../../shared/free-ports.ts';
import { topologySchema } from '../../shared/topology/topology.ts';
import { deploy, run } from './test-bench.ts';
import { TestClient } from './test-client.ts';

const TAGS = { n1: 'k7q2', n2: 'p3xa', n3: 'z9w-' };
const LIMIT = { timeout: 400_000 };
const NAMES = Object.keys(TAGS) as (keyof typeof TAGS)[];

const deployTagged = async (t: TestContext, tagged: boolean) => {
  const [port, ...ports] = await freePorts(4);
  const nodes = ports.map((own, i) => {
    const id = NAMES[i]!;
    return { id, url: `http://127.0.0.1:${own}`, ...(tagged && { tag: TAGS[id] }) };
  });
  const entryPoints = { web: { address: `127.0.0.1:${port}` } };
  // Long enough for a busy machine; a killed node refuses connections at once.
  const healthCheck = { interval: '1s', timeout: '30s', ready: { interval: '1s', timeout: '3s' } };
  return deploy(t, { topology: topologySchema.parse({ nodes, entryPoints, cookie: { secure: false }, healthCheck }) });
};

const openAt = async (mcp: string, nodes: readonly string[]): Promise<TestClient[]> => {
  const clients: TestClient[] = [];
  while (!nodes.every((node) => clients.some((client) => client.node === node)))
    clients.push(await TestClient.open(mcp, { cookies: false }));
  return clients;
};

const keepTheirNodes = async (clients: readonly TestClient[]): Promise<void> => {
  for (const client of clients)
    for (let i = 0; i < 20; i++) assert.deepEqual(await client.call(), { status: 200, node: client.node });
};

test(
  'with tags ids tell nothing, and sessions, a drain by name and the 404 of a dead node are as without',
  LIMIT,
  async (t) => {
    const deployment = await deployTagged(t, true);
    const { mcp } = deployment.cluster;
    const clients = await openAt(mcp, Object.values(TAGS));
    for (const { session, node } of clients) {
      assert.ok(session.startsWith(`${node}.`), session);
      for (const name of NAMES) assert.ok(!session.includes(name), session);
    }
    await keepTheirNodes(clients);

    const listing = run(t, ['sessions', ...deployment.args.filter((_, i) => i < 2 || i > 3)]);
    const { nodes, sessions } = (await listing.until('sessions')) as unknown as Record<string, { node: string }[]>;
    assert.equal(await listing.code, 0);
    assert.deepEqual(
      nodes?.map(({ node }) => node),
      NAMES,
    );
    assert.deepEqual([...new Set(sessions?.map(({ node }) => node))].sort(), NAMES);

    const draining = run(t, ['drain', 'n2', ...deployment.args]);
    assert.deepEqual((await draining.until('draining')).takers, ['n1', 'n3']);
    await draining.until('heard');
    const own = clients.filter(({ node }) => node === TAGS.n2);
    await keepTheirNodes(own);
    for (const client of own) assert.deepEqual(await client.close(), { status: 200, node: TAGS.n2 });
    const { why, cut } = await draining.until('out');
    assert.deepEqual([why, cut, await draining.code], ['empty', 0, 0]);

    const orphan = clients.find(({ node }) => node === TAGS.n1)!;
    await deployment.cluster.kill('n1');
    let answer = await orphan.gone();
    for (; answer.reason !== 'owner-gone'; answer = await orphan.gone()) await wait(100);
    assert.deepEqual(answer, { reason: 'owner-gone', owner: TAGS.n1, node: TAGS.n3 });
  },
);

test('adding a tag while nodes run keeps the sessions that begin with the name', LIMIT, async (t) => {
  const deployment = await deployTagged(t, false);
  const { cluster, topologyFile, args } = deployment;
  const clients = await openAt(cluster.mcp, NAMES);
  const topology = cluster.topology();
  const nodes = topology.nodes.map((node) => ({
    ...node,
    tag: TAGS[node.id as keyof typeof TAGS],
    formerly: [node.id],
  }));
  await cluster.change({ ...topology, nodes });
  const { timeouts } = JSON.parse(await readFile(topologyFile, 'utf8'));
  await writeFile(topologyFile, JSON.stringify({ ...topology, nodes, timeouts }));
  await keepTheirNodes(clients);
  const draining = run(t, ['drain', 'n2', ...args]);
  await draining.until('heard');
  for (const client of clients) await client.close();
  const { why, cut } = await draining.until('out');
  assert.deepEqual([why, cut, await draining.code], ['empty', 0, 0]);
});
