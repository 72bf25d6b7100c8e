/** Nothing is lost while a second Traefik loads the file late, or never. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { nodeKey } from '../../shared/registry/records.ts';
import { ask, probe } from '../../shared/registry/test-bench.ts';
import { nodeId } from '../../shared/registry/test-contract.ts';
import { command as undrain } from '../undrain/command.ts';
import { command as drain } from './command.ts';
import { TestClient } from './test-client.ts';
import { beginSessions, command, LAG_MS, LIMIT, startFleet } from './test-fleet.ts';

test(
  'a Traefik that never sees the file loses no session of a drain, and no session that it begins meanwhile',
  LIMIT,
  async (t) => {
    const fleet = await startFleet(t, { states: ['active', 'active'] });
    const { first, late, args } = fleet;
    const held = await openAt(late, 'n2');
    const draining = command(t, drain, ['n2', ...args]);
    await draining.told('draining');
    const traffic = beginSessions(t, { at: [late], brief: ['n2'] });
    await draining.told('refusing');
    assert.equal((await held.call(first)).status, 200);
    await held.close();
    const { why, cut } = await draining.told('out');
    const onLeft = (): number => traffic.begun.filter(({ node }) => node === 'n2').length;
    const before = onLeft();
    assert.deepEqual([why, cut, await draining.code], ['empty', 0, 0]);
    await wait(LAG_MS);
    await traffic.stop();
    assert.deepEqual(traffic.failures, []);
    assert.ok(before > 0, 'it sent none to the node that drains');
    assert.equal(onLeft(), before, 'sessions that began on a node that is out');
    const lost = traffic.begun.filter(({ node }) => node === 'n1').map((client) => client.call(first));
    assert.deepEqual(new Set((await Promise.all(lost)).map(({ status }) => status)), new Set([200]));
  },
);

test('a node that comes back takes new sessions when even a slow Traefik has its routes', LIMIT, async (t) => {
  const fleet = await startFleet(t, { states: ['active', 'out'] });
  const { first, late, args } = fleet;
  const traffic = beginSessions(t, { at: [first, late], brief: [] });
  const back = command(t, undrain, ['n2', ...args]);
  await back.told('routed');
  await wait(LAG_MS);
  await fleet.follow();
  await back.told('active');
  assert.equal(await back.code, 0);
  await (await openAt(first, 'n2')).close();
  await wait(LAG_MS);
  await traffic.stop();
  assert.deepEqual(traffic.failures, []);
});

test('a node without a heartbeat is not gone while it answers at its health URL', LIMIT, async (t) => {
  const { first, args, redis } = await startFleet(t, { states: ['active', 'active'], heartbeatMs: 3000 });
  const held = await openAt(first, 'n2');
  await ask(await probe(t, redis), 'DEL', nodeKey(nodeId('n2')));
  const draining = command(t, drain, ['n2', ...args]);
  await draining.told('silent');
  assert.equal((await held.call()).status, 200);
  // It sends heartbeats again, and reads the mark.
  await draining.told('refusing');
  await held.close();
  assert.deepEqual([(await draining.told('out')).why, await draining.code], ['empty', 0]);
});

const openAt = async (mcp: string, node: string): Promise<TestClient> => {
  const client = await TestClient.open(mcp, { cookies: false });
  if (client.node === node) return client;
  await client.close();
  return openAt(mcp, node);
};
