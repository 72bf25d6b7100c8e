import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { silentLog } from '../../shared/log.ts';
import { redisEvents } from '../../shared/registry/redis-events.ts';
import { RedisRegistry } from '../../shared/registry/redis-registry.ts';
import { noRedis, runRedis } from '../../shared/registry/test-bench.ts';
import { createServer as example } from '../example/server.ts';
import type { CreateServer } from '../mcp/open-session.ts';
import type { ServerContext } from '../mcp/server-context.ts';
import { ask, eventsOf, nodeName, open, type TestNode, testNode } from '../test-bench.ts';
import { callTool, envelope, headersOf, request } from '../test-sessionless.ts';

/** A node that receives events of others over Redis, and its server's publisher. */
const redisNode = async (t: TestContext, name: string, url: string) => {
  const log = silentLog();
  const contexts: ServerContext[] = [];
  const createServer: CreateServer = (context) => {
    contexts.push(context);
    return example(context);
  };
  let registry: RedisRegistry | undefined;
  const node = await testNode(t, {
    name,
    createServer,
    joinRegistry: (self) => {
      registry = new RedisRegistry({ url, self, log, heartbeatMs: 50 });
      return registry;
    },
    joinEvents: (onText) =>
      redisEvents({ url, registry: registry as RedisRegistry, node: nodeName(name), log, onText }),
  });
  await request(node, envelope('server/discover'));
  return { node, changes: contexts[0]!.changes };
};

const listening = async (node: TestNode, notifications: object) => {
  const body = envelope('subscriptions/listen', { notifications });
  const events = eventsOf(await open(node, { body, headers: headersOf(body) }));
  const next = async () => JSON.parse((await events.next()).value?.data ?? 'null');
  await next();
  return next;
};

const lostBy = async (node: TestNode) =>
  Number(
    /^mooring_events_lost_total\S* (\d+)$/m.exec((await ask(node, { method: 'GET', path: '/metrics' })).text)?.[1],
  );

const FAULTS = { skip: noRedis, timeout: 120_000 };

test('a subscriber on one node gets events of all nodes, tasks too; without Redis nothing waits', FAULTS, async (t) => {
  const redis = await runRedis(t);
  const nodes = [];
  for (const name of ['n1', 'n2', 'n3']) nodes.push(await redisNode(t, name, redis.url));
  const [one, two] = nodes as [(typeof nodes)[0], (typeof nodes)[0]];
  const heard = await listening(one.node, { resourceSubscriptions: Array.from({ length: 10 }, (_, i) => `a:${i}`) });
  // Events are missed until its connection is subscribed: the first one that arrives shows that it is.
  const ready = await listening(one.node, { toolsListChanged: true });
  const first = ready();
  const ringing = setInterval(() => two.changes.tools(), 20);
  await first;
  clearInterval(ringing);
  for (let i = 0; i < 10; i++) {
    nodes[i % 3]!.changes.resource(`a:${i}`);
    assert.equal((await heard()).params.uri, `a:${i}`);
  }
  const { taskId } = (await callTool(two.node, 'slow_count', { to: 1 })).json.result;
  const ofTask = await listening(one.node, { taskIds: [taskId] });
  let told = (await ofTask()).params;
  while (told.status === 'working') told = (await ofTask()).params;
  assert.deepEqual(told.result.structuredContent, { node: 'n2', count: 1 });
  const before = await lostBy(two.node);
  await redis.stop();
  while (two.node.registry.status().state === 'ready') await new Promise((resolve) => setTimeout(resolve, 5));
  const atHome = await listening(two.node, { resourceSubscriptions: ['a:0'] });
  for (let i = 0; i < 5; i++) two.changes.resource('a:0');
  for (let i = 0; i < 5; i++) assert.equal((await atHome()).params.uri, 'a:0');
  assert.equal((await lostBy(two.node)) - before, 5);
});
