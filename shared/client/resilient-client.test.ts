import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createHttp } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { type TestContext } from 'node:test';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { defineServer } from '../../node/mcp/open-session.ts';
import { type ListeningOptions, type RunningNode, startNode } from '../../node/start-node.ts';
import { silentLog } from '../log.ts';
import { createMemoryStore, MemoryRegistry, type MemoryStore } from '../registry/memory.ts';
import { parseNodeId } from '../registry/session-id.ts';
import { ResilientClient } from './resilient-client.ts';
import type { ClientEvent, ResilientOptions } from './resilient-options.ts';

const QUICK = { firstMs: 40, mostMs: 200 };

/** One tool that may be repeated and one that may not; both report that they run, and wait for the test. */
const watchedServer = () => {
  const ran: string[] = [];
  const started: (() => void)[] = [];
  const running = () => new Promise<void>((resolve) => void started.push(resolve));
  let held = false;
  const createServer = defineServer(({ node }) => {
    const server = new McpServer({ name: 'watched', version: '1' });
    for (const [name, annotations] of [
      ['read', { readOnlyHint: true }],
      ['write', {}],
    ] as const)
      server.registerTool(name, { inputSchema: z.object({}), annotations }, async () => {
        ran.push(name);
        for (const tell of started.splice(0)) tell();
        if (held) await new Promise(() => undefined);
        return { content: [{ type: 'text', text: node }] };
      });
    return server;
  });
  return {
    createServer,
    ran,
    running,
    hold: (on: boolean) => {
      held = on;
    },
  };
};

type Bench = {
  readonly url: string;
  readonly store: MemoryStore;
  node: RunningNode;
  /** The node and its sessions are gone, and another process takes its place. */
  restart(): Promise<void>;
};

const startBench = async (t: TestContext, createServer: ListeningOptions['createServer']): Promise<Bench> => {
  const store = createMemoryStore(Date.now);
  const start = (port: number): Promise<RunningNode> =>
    startNode({
      name: parseNodeId('n1')!,
      createServer,
      port,
      graceMs: 0,
      log: silentLog(),
      joinRegistry: (self) => new MemoryRegistry(store, self),
    });
  const first = await start(0);
  const bench: Bench = {
    url: `${first.url}/mcp`,
    store,
    node: first,
    restart: async () => {
      const port = Number(new URL(bench.url).port);
      bench.node.server.closeAllConnections();
      await bench.node.stop();
      bench.node = await start(port);
    },
  };
  t.after(() => bench.node.stop());
  return bench;
};

const connected = async (t: TestContext, url: string, options: Partial<ResilientOptions> = {}) => {
  const events: ClientEvent[] = [];
  const client = new ResilientClient({ url, backOff: QUICK, onEvent: (event) => events.push(event), ...options });
  t.after(() => client.close());
  await client.connect();
  const count = (kind: ClientEvent['kind']): number => events.filter((event) => event.kind === kind).length;
  return { client, events, count };
};

const read = { name: 'read' };
const write = { name: 'write' };

test('a node restarts under 20 clients, and each opens exactly one new session', async (t) => {
  const bench = await startBench(t, watchedServer().createServer);
  const all = await Promise.all(Array.from({ length: 20 }, () => connected(t, bench.url)));
  const before = all.map(({ client }) => client.session);
  await bench.restart();
  await Promise.all(all.map(({ client }) => client.callTool(read)));
  assert.deepEqual(new Set(all.map(({ count }) => count('reopened'))), new Set([1]));
  assert.equal(bench.node.table.size, 20);
  for (const [i, { client }] of all.entries()) assert.notEqual(client.session, before[i]);
});

test('ten concurrent calls of an ended session open one new session, and each runs once', async (t) => {
  const { createServer, ran } = watchedServer();
  const bench = await startBench(t, createServer);
  const { client, count } = await connected(t, bench.url);
  await bench.node.table.closeAll();
  await Promise.all(Array.from({ length: 10 }, () => client.callTool(write)));
  assert.deepEqual([count('reopened'), bench.node.table.size, ran.length], [1, 1, 10]);
});

test('a call that may have effects is not sent again when its answer is lost', async (t) => {
  const { createServer, ran, running, hold } = watchedServer();
  const bench = await startBench(t, createServer);
  const { client, count } = await connected(t, bench.url);
  hold(true);
  const began = running();
  const call = client.callTool(write);
  const failed = assert.rejects(call, { code: 'MOORING_ANSWER_LOST', message: /tools\/call write: .*may have run/ });
  await began;
  hold(false);
  await bench.restart();
  await client.listTools();
  await failed;
  assert.deepEqual([ran, count('lost'), count('reopened')], [['write'], 1, 1]);
});

test('a call of a read-only tool is sent again when its answer is lost', async (t) => {
  const { createServer, ran, running, hold } = watchedServer();
  const bench = await startBench(t, createServer);
  const { client, events } = await connected(t, bench.url);
  hold(true);
  const began = running();
  const call = client.callTool(read);
  await began;
  hold(false);
  await bench.restart();
  await client.listTools();
  assert.deepEqual(await call, { content: [{ type: 'text', text: 'n1' }] });
  assert.deepEqual(ran, ['read', 'read']);
  assert.ok(events.some((event) => event.kind === 'replayed' && event.why === 'read-only'));
});

test('a session with only a stream is reopened too, after the stream’s 404', async (t) => {
  const bench = await startBench(t, watchedServer().createServer);
  const heard: string[] = [];
  const back = new Promise<void>((resolve) => {
    void connected(t, bench.url, {
      random: () => 0,
      onReopened: async (client) => {
        await client.ping();
        heard.push('greeted');
      },
      onEvent: (event) => {
        if (event.kind === 'gone') heard.push(event.at);
        if (event.kind === 'reopened') resolve();
      },
    }).then(() => bench.restart());
  });
  await back;
  assert.deepEqual(heard, ['GET', 'greeted']);
});

test('closing while a new session opens leaves nothing behind, here or on the node', async (t) => {
  const bench = await startBench(t, watchedServer().createServer);
  const { client, count } = await connected(t, bench.url, { backOff: { firstMs: 60_000 } });
  await bench.node.table.closeAll();
  const call = client.callTool(write);
  const failed = assert.rejects(call, /the client is closed/);
  while (count('waiting') === 0) await new Promise(setImmediate);
  await client.close();
  await failed;
  await assert.rejects(client.callTool(write), /the client is closed/);
  assert.equal(bench.node.table.size, 0);
});

test('closing ends the session on the node', async (t) => {
  const bench = await startBench(t, watchedServer().createServer);
  const { client } = await connected(t, bench.url);
  assert.equal(bench.node.table.size, 1);
  await client.close();
  assert.deepEqual([bench.node.table.size, bench.store.sessions.size], [0, 0]);
});

test('after a 503 with Retry-After the same request is sent again', async (t) => {
  const bench = await startBench(t, watchedServer().createServer);
  let refusals = 2;
  const busy: typeof fetch = async (url, init) => {
    if (init?.method !== 'POST' || refusals === 0) return fetch(url, init);
    refusals--;
    return new Response('busy', { status: 503, headers: { 'retry-after': '0' } });
  };
  const { count } = await connected(t, bench.url, { fetch: busy as NonNullable<ResilientOptions['fetch']> });
  assert.deepEqual([refusals, count('waiting'), count('opened')], [0, 2, 1]);
});

test('when no session can be opened the callers get an error, and the next call tries again', async (t) => {
  const bench = await startBench(t, watchedServer().createServer);
  let broken = false;
  const { client, count } = await connected(t, bench.url, {
    backOff: { ...QUICK, attempts: 2 },
    fetch: async (url, init) => {
      const opens = typeof init?.body === 'string' && init.body.includes('"initialize"');
      return broken && opens ? new Response('no route', { status: 404 }) : fetch(url, init);
    },
  });
  broken = true;
  await bench.node.table.closeAll();
  await assert.rejects(client.callTool(write), /no route/);
  broken = false;
  await client.callTool(write);
  assert.equal(count('reopened'), 1);
});

test('the next session sends the cookies of the previous one', async (t) => {
  const seen: (string | undefined)[] = [];
  const server = createHttp((req, res) => {
    seen.push(req.headers.cookie);
    res.writeHead(405, { 'set-cookie': 'pin=a; Path=/mcp; HttpOnly; SameSite=Strict' }).end();
  });
  t.after(() => server.close());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const client = new ResilientClient({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp` });
  t.after(() => client.close());
  await assert.rejects(client.connect(), /405|Error POSTing/);
  await assert.rejects(client.connect(), /405|Error POSTing/);
  assert.deepEqual(seen, [undefined, 'pin=a']);
});

test('a session outlives a starting proxy that answers 404 to everything', { timeout: 120_000 }, async (t) => {
  const { createServer, ran } = watchedServer();
  const bench = await startBench(t, createServer);
  let starting = 0;
  const events: ClientEvent[] = [];
  const client = new ResilientClient({
    url: bench.url,
    backOff: QUICK,
    onEvent: (event) => events.push(event),
    fetch: async (url, init) =>
      starting-- > 0 ? new Response('404 page not found\n', { status: 404 }) : fetch(url, init as RequestInit),
  });
  t.after(() => client.close());
  await client.connect();
  const { session } = client;
  starting = 4;
  await client.callTool({ name: 'write' });
  assert.deepEqual([client.session, ran], [session, ['write']]);
  assert.ok(events.some((event) => event.kind === 'waiting' && event.why === 'HTTP 404 that no node wrote'));
  starting = Number.POSITIVE_INFINITY;
  await assert.rejects(client.callTool({ name: 'write' }), /404|aborted/);
});
