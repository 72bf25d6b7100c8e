import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { findTraefik, TRAEFIK_VERSION } from '../../router/parity/traefik-binary.ts';
import { deploy, keepCalling, run, stateOf, untilNewSessions } from './test-bench.ts';
import { TestClient } from './test-client.ts';

const noTraefik = findTraefik() === undefined && `no Traefik ${TRAEFIK_VERSION} in TRAEFIK_BIN or on the PATH`;
const LIMIT = { timeout: 120_000 };

/** Half of them keep cookies, where cookies are not all there is. */
const openMany = (mcp: string, count: number, affinity: 'both' | 'cookie'): Promise<TestClient[]> =>
  Promise.all(
    Array.from({ length: count }, (_, i) => TestClient.open(mcp, { cookies: affinity === 'cookie' || i % 2 === 0 })),
  );

for (const [proxy, affinity] of [
  ['router', 'cookie'],
  ['traefik', 'both'],
  ['traefik', 'cookie'],
] as const)
  test(`behind ${proxy}, pinned by ${affinity}: a node drains without a failed or strayed request, leaves, and comes back`, {
    ...LIMIT,
    skip: proxy === 'traefik' && noTraefik,
  }, async (t: TestContext) => {
    const deployment = await deploy(t, { proxy, affinity, nodes: 3 });
    const { mcp } = deployment.cluster;
    const clients = await openMany(mcp, 40, affinity);
    const own = clients.filter(({ node }) => node === 'n2');
    assert.ok(own.length > 3, `${own.length} of 40`);
    const traffic = keepCalling(clients);

    const draining = run(t, ['drain', 'n2', ...deployment.args]);
    assert.deepEqual((await draining.until('draining')).takers, ['n1', 'n3']);
    await untilNewSessions(mcp, 'n2', 'avoid');
    const fresh = await openMany(mcp, 12, affinity);
    assert.deepEqual(
      fresh.filter(({ node }) => node === 'n2'),
      [],
    );
    assert.equal(await stateOf(deployment, 'n2'), 'draining');
    for (const client of own) await traffic.close(client);
    const { why, cut } = await draining.until('out');
    assert.deepEqual([why, cut, await draining.code], ['empty', 0, 0]);
    assert.equal(await stateOf(deployment, 'n2'), 'out');

    const back = run(t, ['undrain', 'n2', ...deployment.args]);
    assert.equal(await back.code, 0);
    await untilNewSessions(mcp, 'n2', 'reach');
    await traffic.stop();
    assert.deepEqual(traffic.strays, []);
    assert.ok(traffic.count.calls > 100);
    assert.ok(
      traffic.count.cut <= (proxy === 'traefik' ? traffic.count.calls / 50 : 0),
      `${traffic.count.cut} answers cut`,
    );
  });

test(
  'Ctrl-C in the middle leaves the node draining, says how to go on, and the same command goes on',
  LIMIT,
  async (t) => {
    const deployment = await deploy(t, { nodes: 2 });
    const clients = await openMany(deployment.cluster.mcp, 4, 'both');
    const first = run(t, ['drain', 'n2', ...deployment.args]);
    await first.until('sessions');
    first.interrupt();
    const left = await first.until('left');
    assert.deepEqual([left.why, left.state, left.live, await first.code], ['signal', 'draining', 2, 1]);
    assert.equal(await stateOf(deployment, 'n2'), 'draining');
    const traffic = keepCalling(clients);

    const second = run(t, ['drain', 'n2', ...deployment.args]);
    await second.until('sessions');
    for (const client of clients) await traffic.close(client);
    assert.equal((await second.until('out')).cut, 0);
    assert.deepEqual([await second.code, traffic.strays], [0, []]);
  },
);

test('a node that somebody puts back while it drains stays back', LIMIT, async (t) => {
  const deployment = await deploy(t, { nodes: 2 });
  await openMany(deployment.cluster.mcp, 2, 'both');
  const draining = run(t, ['drain', 'n2', ...deployment.args]);
  await draining.until('sessions');
  assert.equal(await run(t, ['undrain', 'n2', ...deployment.args]).code, 0);
  const left = await draining.until('left');
  assert.deepEqual([left.why, left.state, await draining.code], ['changed', 'active', 1]);
  assert.equal(await stateOf(deployment, 'n2'), 'active');
});

test('at the deadline the node is out, and the sessions that end by it are counted', LIMIT, async (t) => {
  const deployment = await deploy(t, { nodes: 2 });
  await openMany(deployment.cluster.mcp, 4, 'both');
  const draining = run(t, ['drain', 'n2', '--timeout', '1s', ...deployment.args]);
  const { why, cut } = await draining.until('out');
  assert.deepEqual([why, cut, await draining.code], ['deadline', 2, 1]);
});
