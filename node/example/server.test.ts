import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { CreateMessageRequestSchema, ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import type { CreateServer } from '../mcp/open-session.ts';
import { testClient, testNode, textOf } from '../test-bench.ts';

test('a client makes twenty calls and stays in its session', async (t) => {
  const node = await testNode(t, { name: 'n3' });
  const { client, transport } = await testClient(t, node.url);
  for (let count = 1; count <= 20; count++) {
    const here = JSON.parse(textOf(await client.callTool({ name: 'whoami' })));
    assert.deepEqual(here, { node: 'n3', session: transport.sessionId, count });
  }
});

test('notify sends the same number on the stream of the call and on the GET stream', async (t) => {
  const node = await testNode(t);
  const { client } = await testClient(t, node.url);
  const notes: string[] = [];
  const all = new Promise<void>((resolve) => {
    client.fallbackNotificationHandler = async ({ params }) => {
      if (notes.push(String(params?.data)) === 6) resolve();
    };
  });
  await client.callTool({ name: 'notify', arguments: { n: 3 } });
  await all;
  assert.deepEqual(notes.sort(), ['get-0', 'get-1', 'get-2', 'post-0', 'post-1', 'post-2']);
});

test('the long task reports progress, updates a resource and asks the client', async (t) => {
  const node = await testNode(t);
  const { client } = await testClient(t, node.url, { sampling: {}, elicitation: {} });
  client.setRequestHandler(ElicitRequestSchema, () => ({ action: 'accept', content: { enough: true } }));
  client.setRequestHandler(CreateMessageRequestSchema, () => ({
    role: 'assistant',
    model: 'm',
    content: { type: 'text', text: 'short' },
  }));
  const updates: unknown[] = [];
  const updated = new Promise<void>((resolve) => {
    client.fallbackNotificationHandler = async ({ method, params }) => {
      if (method === 'notifications/resources/updated' && updates.push(params?.uri) === 3) resolve();
    };
  });
  await client.subscribeResource({ uri: 'example://long-task' });
  const progress: number[] = [];
  const result = await client.callTool(
    { name: 'long_task', arguments: { steps: 3, stepMs: 1, ask: true } },
    undefined,
    {
      onprogress: (one) => progress.push(one.progress),
    },
  );
  assert.deepEqual(progress, [1, 2, 3]);
  assert.match(textOf(result), /"enough":true.*"text":"short"/);
  await updated;
  const { contents } = await client.readResource({ uri: 'example://long-task' });
  assert.deepEqual(
    contents.map((one) => 'text' in one && one.text),
    ['step 3 of 3'],
  );
});

test('a client can cancel the long task', async (t) => {
  const node = await testNode(t);
  const { client } = await testClient(t, node.url);
  const over = new AbortController();
  const call = client.callTool({ name: 'long_task', arguments: { steps: 1, stepMs: 60_000 } }, undefined, {
    signal: over.signal,
  });
  while (node.table.running === 0) await new Promise(setImmediate);
  over.abort('enough');
  await assert.rejects(call);
  await node.table.quiet();
});

test('a session’s worker keeps its input in order, and no other session sees it', async (t) => {
  const node = await testNode(t);
  const [{ client: one }, { client: two }] = [await testClient(t, node.url), await testClient(t, node.url)];
  await Promise.all(['a', 'b', 'c'].map((text) => one.callTool({ name: 'remember', arguments: { text } })));
  assert.equal(textOf(await one.callTool({ name: 'recall' })), '["a","b","c"]');
  assert.equal(textOf(await two.callTool({ name: 'recall' })), '[]');
});

test('log messages below the level that the client set are not sent', async (t) => {
  const node = await testNode(t);
  const { client } = await testClient(t, node.url);
  const notes: unknown[] = [];
  client.fallbackNotificationHandler = async (note) => void notes.push(note);
  await client.setLoggingLevel('error');
  await client.callTool({ name: 'notify', arguments: { n: 3 } });
  assert.deepEqual(notes, []);
});

for (const file of ['server.ts', 'minimal.ts'])
  test(`a team's own server is under 30 lines, and runs: ${file}`, async (t) => {
    const url = new URL(file, import.meta.url);
    assert(readFileSync(url, 'utf8').split('\n').length < 30);
    const { createServer } = (await import(url.href)) as { createServer: CreateServer };
    const { client } = await testClient(t, (await testNode(t, { createServer })).url);
    assert((await client.listTools()).tools.length > 0);
  });
