/**
 * A third-party server with SDK v2, for protocol 2026-07-28 only. Its task ids do not name nodes. Its handles begin
 * with its node's name, and its tools say where they run.
 */
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { ReadableStream } from 'node:stream/web';
import { createMcpHandler, McpServer, ProtocolError } from '@modelcontextprotocol/server';
import { z } from 'zod';

const { PORT, HOST, MOORING_NODE } = process.env;
const POLLS = 5;

const polls = new Map<string, number>();
const carts = new Map<string, string[]>();
const BY_ID = { params: z.looseObject({ taskId: z.string() }), result: z.looseObject({}) };
const CART = z.string().meta({ 'x-mcp-header': 'Handle' });

const textOf = (text: string) => ({ content: [{ type: 'text' as const, text }] });
const taskOf = (taskId: string) => {
  const polled = polls.get(taskId);
  if (polled === undefined) throw new ProtocolError(-32602, `no task ${taskId}`);
  const date = new Date().toISOString();
  const times = { createdAt: date, lastUpdatedAt: date, ttlMs: 60_000, pollIntervalMs: 1 };
  const over = { status: 'completed', result: { ...textOf(`${MOORING_NODE} ${polled}`), resultType: 'complete' } };
  return { taskId, ...times, ...(polled < POLLS ? { status: 'working' } : over) };
};

const makeServer = (): McpServer => {
  const server = new McpServer({ name: 'other', version: '2' });
  server.server.registerCapabilities({ extensions: { 'io.modelcontextprotocol/tasks': {} } });
  server.registerTool('begin', {}, () => {
    const taskId = `task-${randomUUID()}`;
    polls.set(taskId, 0);
    return { resultType: 'task', ...taskOf(taskId) } as never;
  });
  server.server.setRequestHandler('tasks/get', BY_ID, ({ taskId }) => {
    if (polls.has(taskId)) polls.set(taskId, polls.get(taskId)! + 1);
    return taskOf(taskId);
  });
  server.server.setRequestHandler('tasks/cancel', BY_ID, ({ taskId }) => {
    taskOf(taskId);
    polls.delete(taskId);
    return {};
  });
  server.registerTool('open', {}, () => {
    const cart = `${MOORING_NODE}.${randomUUID()}`;
    carts.set(cart, []);
    return textOf(cart);
  });
  server.registerTool('add', { inputSchema: z.object({ cart: CART }) }, ({ cart }) => {
    carts.get(cart)?.push('pear');
    return textOf(`${MOORING_NODE} ${carts.get(cart)?.length}`);
  });
  return server;
};

const handler = createMcpHandler(makeServer, { legacy: 'reject' });

createServer(async (req, res) => {
  const headers = new Headers(Object.entries(req.headers) as [string, string][]);
  const answer = await handler.fetch(
    new Request(`http://localhost${req.url}`, {
      method: req.method!,
      headers,
      ...(req.method === 'POST' && { body: await buffer(req) }),
    }),
  );
  res.writeHead(answer.status, Object.fromEntries(answer.headers));
  if (answer.body) Readable.fromWeb(answer.body as ReadableStream).pipe(res);
  else res.end();
}).listen(Number(PORT), HOST);
