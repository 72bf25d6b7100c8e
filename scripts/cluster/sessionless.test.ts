/** Protocol 2026-07-28 end to end: the unmodified client of SDK v2, real nodes, the router and Traefik. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import type { Client } from '@modelcontextprotocol/client';
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as OldTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { envelope, headersOf } from '../../node/test-sessionless.ts';
import { noTraefik } from '../../shared/traefik-binary.ts';
import type { Cluster } from './cluster.ts';
import { startCluster } from './start-cluster.ts';
import { ANY, connect, nodeOf } from './test-sessionless-client.ts';

const TYPES = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
const [HANDLES, CALLS] = [4, 5];

type Result = { readonly isError?: boolean; readonly structuredContent?: unknown; readonly content: unknown };
const call = async (client: Client, name: string, args: object = {}): Promise<Result> =>
  (await client.callTool({ name, arguments: args as Record<string, unknown> })) as Result;
const textOf = ({ content }: Result): string => (content as { text: string }[])[0]!.text;

const openBasket = async (client: Client): Promise<string> => {
  const { structuredContent, content } = await call(client, 'open_basket');
  const { basket } = structuredContent as { basket: string };
  assert.deepEqual(content, [{ type: 'text', text: basket }]);
  return basket;
};
/** How many of its calls reached its node and saw the results of the earlier ones. */
const callsThatStayed = async (client: Client, basket: string, before = 0): Promise<number> => {
  let stayed = 0;
  for (let i = 1; i <= CALLS; i++) {
    const added = await call(client, 'add_to_basket', { basket, item: `item ${i}` });
    if (textOf(added) !== `${nodeOf(basket)} ${before + i}`) continue;
    assert.deepEqual(added.structuredContent, { node: nodeOf(basket), items: before + i });
    stayed++;
  }
  return stayed;
};

/** The SDK's client does not read results of calls that are tasks. */
const beginTask = async ({ mcp }: Cluster, to: number): Promise<string> => {
  const body = envelope('tools/call', { name: 'slow_count', arguments: { to } });
  const headers = { ...headersOf(body), ...TYPES };
  const text = await (await fetch(mcp, { method: 'POST', headers, body: JSON.stringify(body) })).text();
  const { result } = JSON.parse(text.slice(text.indexOf('{')));
  assert.equal(result.resultType, 'task', text);
  return result.taskId;
};
const getTask = (client: Client, taskId: string) =>
  client.request({ method: 'tasks/get', params: { taskId } } as never, ANY) as Promise<Record<string, unknown>>;
const endOf = async (client: Client, taskId: string): Promise<Record<string, unknown>> => {
  for (;;) {
    const task = await getTask(client, taskId);
    if (task.status !== 'working') return task;
    await wait(100);
  }
};

const spreadOver = (ids: readonly string[]): number => new Set(ids.map(nodeOf)).size;
const onNode = async (node: string, make: () => Promise<string>): Promise<string> => {
  for (;;) {
    const id = await make();
    if (nodeOf(id) === node) return id;
  }
};

for (const proxy of ['router', 'traefik'] as const)
  test(`protocol 2026-07-28 on ${proxy}`, { skip: proxy === 'traefik' && noTraefik() }, async (t) => {
    const cluster = await startCluster({ proxy });
    t.after(() => cluster.close());

    for (const listed of [true, false])
      await t.test(
        `${HANDLES * CALLS} of ${HANDLES * CALLS} calls reach their handle, tools ${listed ? '' : 'not '}listed before`,
        async (t) => {
          const client = await connect(t, cluster);
          if (listed) await client.listTools();
          const baskets = await Promise.all(Array.from({ length: HANDLES }, () => openBasket(client)));
          assert.ok(spreadOver(baskets) > 1, baskets.join());
          // One after the other: some of several concurrent first calls fail in the SDK's client.
          for (const basket of baskets) assert.equal(await callsThatStayed(client, basket), CALLS);
        },
      );

    await t.test(
      `${HANDLES * CALLS} of ${HANDLES * CALLS} polls reach their task, and each tells its result`,
      async (t) => {
        const client = await connect(t, cluster);
        const tasks = await Promise.all(Array.from({ length: HANDLES }, () => beginTask(cluster, 3)));
        assert.ok(spreadOver(tasks) > 1, tasks.join());
        for (let i = 0; i < CALLS; i++)
          for (const taskId of tasks) assert.equal((await getTask(client, taskId)).taskId, taskId);
        for (const taskId of tasks) {
          const { result } = (await endOf(client, taskId)) as { result: Result };
          assert.equal(textOf(result), `${nodeOf(taskId)} 3`);
          assert.deepEqual(result.structuredContent, { node: nodeOf(taskId), count: 3 });
        }
      },
    );

    await t.test('clients of both protocols work at the same time, with the same tools', async (t) => {
      const old = new OldClient({ name: 'old', version: '1' });
      t.after(() => old.close());
      await old.connect(new OldTransport(new URL(cluster.mcp)) as Parameters<OldClient['connect']>[0]);
      const modern = await connect(t, cluster);
      const basket = await openBasket(modern);
      const whoami = async () => textOf((await old.callTool({ name: 'whoami' })) as Result);
      const { node, session } = JSON.parse(await whoami()) as { node: string; session: string };
      assert.equal(nodeOf(session), node);
      const own = textOf((await old.callTool({ name: 'open_basket' })) as Result);
      assert.equal(nodeOf(own), node);
      for (let i = 1; i <= CALLS; i++) {
        const added = await old.callTool({ name: 'add_to_basket', arguments: { basket: own, item: 'pear' } });
        assert.equal(textOf(added as Result), `${node} ${i}`);
        assert.equal(JSON.parse(await whoami()).session, session);
      }
      assert.equal(await callsThatStayed(modern, basket), CALLS);
      const counted = (await old.callTool({ name: 'slow_count', arguments: { to: 2 } })) as Result;
      assert.deepEqual(counted.structuredContent, { node, count: 2 });
    });

    await t.test('a draining node keeps its handles and tasks, and gets no new ones', async (t) => {
      const client = await connect(t, cluster);
      const basket = await onNode('n2', () => openBasket(client));
      const task = await onNode('n2', () => beginTask(cluster, 15));
      await cluster.drain('n2');
      assert.equal(await callsThatStayed(client, basket), CALLS);
      assert.equal((await getTask(client, task)).taskId, task);
      for (let i = 0; i < 6; i++) {
        assert.notEqual(nodeOf(await openBasket(client)), 'n2');
        assert.notEqual(nodeOf(await beginTask(cluster, 1)), 'n2');
      }
      assert.equal((await endOf(client, task)).status, 'completed');
      assert.equal(await callsThatStayed(client, basket, CALLS), CALLS);
      const closed = await call(client, 'close_basket', { basket });
      assert.notEqual(closed.isError, true);
      assert.match(textOf(await call(client, 'add_to_basket', { basket, item: 'pear' })), /^closed: /);
      await cluster.undrain('n2');
      await onNode('n2', () => openBasket(client));
    });

    await t.test('for handles and tasks of a killed node a live one answers with the reason', async (t) => {
      const client = await connect(t, cluster);
      await client.listTools();
      const [basket, other] = [
        await onNode('n2', () => openBasket(client)),
        await onNode('n1', () => openBasket(client)),
      ];
      const task = await onNode('n2', () => beginTask(cluster, 1000));
      await cluster.kill('n2');
      // Until the next health check the proxy answers 502.
      const answered = async <T>(ask: () => Promise<T>): Promise<T> => {
        for (;;) {
          try {
            return await ask();
          } catch (error) {
            if (!/502|Bad Gateway/.test(String(error))) throw error;
            await wait(50);
          }
        }
      };
      const gone = await answered(() => call(client, 'add_to_basket', { basket, item: 'pear' }));
      assert.equal(gone.isError, true);
      assert.match(textOf(gone), /^owner-(gone|restarted): n2 /);
      await assert.rejects(
        answered(() => getTask(client, task)),
        (error: { code?: number; message: string }) =>
          error.code === -32602 && /owner-(gone|restarted): n2 /.test(error.message),
      );
      assert.equal(await callsThatStayed(client, other), CALLS);
      assert.equal(await callsThatStayed(client, await openBasket(client)), CALLS);
    });
  });
