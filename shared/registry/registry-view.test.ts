import assert from 'node:assert/strict';
import test from 'node:test';
import { startEmbeddedRedis } from './embedded/server.ts';
import { freePort } from './redis-process.ts';
import { viewRegistry } from './registry-view.ts';
import { announced, ask, probe } from './test-bench.ts';
import { sessionOn } from './test-contract.ts';

test('a tool sees the nodes and sessions, whatever else is under their keys', { timeout: 20_000 }, async (t) => {
  const redis = await startEmbeddedRedis();
  t.after(redis.stop);
  const { registry } = await announced(t, { url: redis.url });
  const session = sessionOn('n1');
  await registry.open(session);
  const link = await probe(t, redis.url);
  for (const key of ['mcp:session:*', `mcp:session:${sessionOn('n1').id}`, 'mcp:node:a.b', 'mcp:node:n2', 'other'])
    await ask(link, 'SET', key, '{"node":"n9","boot":7}');
  const view = await viewRegistry(redis.url);
  t.after(view.quit);
  const [nodes, sessions] = [await view.nodes(), await view.sessions()];
  assert(nodes.kind === 'listed' && sessions.kind === 'listed');
  assert.deepEqual(
    nodes.items.map(({ node }) => node),
    ['n1'],
  );
  assert.deepEqual(
    sessions.items.map(({ id }) => id),
    [session.id],
  );
});

test('a tool is told that Redis is away', { timeout: 20_000 }, async (t) => {
  const view = await viewRegistry(`redis://127.0.0.1:${await freePort()}`);
  t.after(view.quit);
  assert.deepEqual(await view.sessions(), { kind: 'unavailable', why: 'Redis cannot be reached' });
});
