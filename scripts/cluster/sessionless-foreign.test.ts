/** Protocol 2026-07-28 with a third-party server behind each node, on the router and on Traefik. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { envelope, request } from '../../node/test-sessionless.ts';
import { noTraefik } from '../../shared/traefik-binary.ts';
import { startCluster } from './start-cluster.ts';
import { ANY, connect, nodeOf } from './test-sessionless-client.ts';

const SERVER = fileURLToPath(new URL('./test-sessionless-instance.ts', import.meta.url));
const COMMAND = [process.execPath, '--import', import.meta.resolve('tsx/esm'), SERVER] as const;
const [EACH, CALLS] = [4, 5];

const textOf = (result: unknown): string => (result as { content: { text: string }[] }).content[0]!.text;
const onBothNodes = async (make: () => Promise<string>): Promise<readonly string[]> => {
  const ids: string[] = [];
  while (ids.length < EACH || new Set(ids.map(nodeOf)).size < 2) ids.push(await make());
  return ids;
};

for (const proxy of ['router', 'traefik'] as const)
  test(`tasks of a foreign server stay at its node on ${proxy}, and handles that name it`, {
    skip: proxy === 'traefik' && noTraefik(),
  }, async (t) => {
    const cluster = await startCluster({ proxy, nodes: 2, command: COMMAND, nodeArguments: ['--era', 'both'] });
    t.after(() => cluster.close());
    const client = await connect(t, cluster);
    const ask = (method: string, taskId: string) =>
      client.request({ method, params: { taskId } } as never, ANY) as Promise<Record<string, unknown>>;
    const tasks = await onBothNodes(async () => {
      const begun = await request(cluster, envelope('tools/call', { name: 'begin', arguments: {} }));
      return begun.json.result.taskId;
    });
    for (const taskId of tasks) {
      assert.match(taskId, /^n[12]\.task-[0-9a-f-]{36}$/);
      let last: Record<string, unknown> = {};
      for (let i = 1; i <= CALLS; i++) {
        last = await ask('tasks/get', taskId);
        assert.equal(last.taskId, taskId);
      }
      assert.equal(textOf(last.result), `${nodeOf(taskId)} ${CALLS}`);
      await ask('tasks/cancel', taskId);
      await assert.rejects(ask('tasks/get', taskId), { code: -32602 });
    }
    await client.listTools();
    const open = async () => textOf(await client.callTool({ name: 'open', arguments: {} }));
    for (const cart of await onBothNodes(open))
      for (let i = 1; i <= CALLS; i++)
        assert.equal(textOf(await client.callTool({ name: 'add', arguments: { cart } })), `${nodeOf(cart)} ${i}`);
  });
