import assert from 'node:assert/strict';
import test from 'node:test';
import { until } from '../cluster/test-contract.ts';
import { deploy, LIMIT, openMany, run } from './test-bench.ts';

test(
  'sessions that clients left behind end with --idle, and one that is listened to holds the drain',
  LIMIT,
  async (t) => {
    const deployment = await deploy(t, { nodes: 2 });
    const { mcp } = deployment.cluster;
    const clients = await openMany(mcp, 4, 'both');
    const [listening, left] = clients.filter(({ node }) => node === 'n2');
    const over = new AbortController();
    t.after(() => over.abort());
    const headers = { accept: 'text/event-stream', 'mcp-session-id': listening!.session };
    // Referenced until the end: fetch cancels the body of a garbage-collected answer.
    const stream = await fetch(mcp, { headers, signal: over.signal });
    assert.equal(stream.status, 200);
    const draining = run(t, ['drain', 'n2', '--idle', '1s', ...deployment.args]);
    assert.equal((await draining.until('draining')).idleMs, 1000);
    await until(() => draining.events.some(({ live, idle }) => live === 1 && idle === 0));
    await draining.until('refusing');
    assert.deepEqual([(await left!.call()).status, (await listening!.call()).status], [404, 200]);
    assert.equal(stream.bodyUsed, false);
    over.abort();
    const { why, cut } = await draining.until('out');
    assert.deepEqual([why, cut, await draining.code], ['empty', 0, 0]);
  },
);
