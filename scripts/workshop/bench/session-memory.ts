import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import type { CreateServer } from '../../../node/mcp/open-session.ts';
import { type RunningNode, startNode } from '../../../node/start-node.ts';
import { silentLog } from '../../../shared/log.ts';
import { createMemoryStore, MemoryRegistry } from '../../../shared/registry/memory.ts';
import { parseNodeId } from '../../../shared/registry/session-id.ts';

const USAGE = `Usage: npm run bench:sessions -- [--sessions 2000] [--server FILE] [--json]

What sessions cost a node: opens so many, opens a GET stream on each, closes all, and tells its memory at each step.
The node runs in a process of its own, with a registry in memory, and collects garbage before each figure.`;

const { values } = parseArgs({
  options: {
    sessions: { type: 'string', default: '2000' },
    server: { type: 'string', default: fileURLToPath(new URL('../../../node/example/server.ts', import.meta.url)) },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
    child: { type: 'boolean', default: false },
  },
});

type Memory = { readonly rss: number; readonly heap: number; readonly sessions: number };

const serve = async (): Promise<void> => {
  const { createServer } = (await import(pathToFileURL(resolve(values.server)).href)) as { createServer: CreateServer };
  const node: RunningNode = await startNode({
    name: parseNodeId('n1')!,
    createServer,
    log: silentLog(),
    maxSessions: 1_000_000,
    joinRegistry: (self) => new MemoryRegistry(createMemoryStore(Date.now), self),
  });
  process.on('message', () => {
    for (let i = 0; i < 4; i++) globalThis.gc?.();
    const { rss, heapUsed } = process.memoryUsage();
    process.send?.({ rss, heap: heapUsed, sessions: node.table.size } satisfies Memory);
  });
  process.send?.(node.url);
};

const agent = new Agent({ keepAlive: true, maxSockets: 16 });
const streams = new Agent({ keepAlive: false, maxSockets: Number.POSITIVE_INFINITY });
const COMMON = { accept: 'application/json, text/event-stream', 'content-type': 'application/json' };
const INITIALIZE = {
  protocolVersion: '2025-11-25',
  capabilities: {},
  clientInfo: { name: 'session-memory', version: '1' },
};

type Ask = { method: string; session?: string; body?: unknown; agent?: Agent };

const ask = async (url: string, { method, session, body, agent: by = agent }: Ask): Promise<IncomingMessage> => {
  const headers = { ...COMMON, ...(session && { 'mcp-session-id': session }) };
  const sent = request(`${url}/mcp`, { method, headers, agent: by });
  sent.end(body === undefined ? undefined : JSON.stringify({ jsonrpc: '2.0', ...body }));
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  if (answer.statusCode !== 200 && answer.statusCode !== 202) throw new Error(`${method}: ${answer.statusCode}`);
  return answer;
};

const finished = async (answer: IncomingMessage): Promise<IncomingMessage> => {
  answer.resume();
  await once(answer, 'end');
  return answer;
};

const openSession = async (url: string): Promise<string> => {
  const body = { id: 1, method: 'initialize', params: INITIALIZE };
  const session = (await finished(await ask(url, { method: 'POST', body }))).headers['mcp-session-id'] as string;
  await finished(await ask(url, { method: 'POST', session, body: { method: 'notifications/initialized' } }));
  return session;
};

/** Sixteen at a time. */
const each = async <In, Out>(items: readonly In[], work: (item: In) => Promise<Out>): Promise<Out[]> => {
  const results: Out[] = [];
  for (let at = 0; at < items.length; at += 16)
    results.push(...(await Promise.all(items.slice(at, at + 16).map(work))));
  return results;
};

const measure = async (child: ChildProcess): Promise<Memory> => {
  child.send('measure');
  return ((await once(child, 'message')) as [Memory])[0];
};

const run = async (count: number): Promise<void> => {
  const child = fork(fileURLToPath(import.meta.url), ['--child', '--server', values.server], {
    execArgv: ['--expose-gc', '--import', 'tsx'],
  });
  const [url] = (await once(child, 'message')) as [string];
  // The first sessions pay for compiled code, which is no session's memory.
  const warm = await each(Array.from({ length: 200 }), () => openSession(url));
  await each(warm, async (session) => finished(await ask(url, { method: 'DELETE', session })));
  const before = await measure(child);
  const sessions = await each(Array.from({ length: count }), () => openSession(url));
  const idle = await measure(child);
  const open = await each(sessions, (session) => ask(url, { method: 'GET', session, agent: streams }));
  const streaming = await measure(child);
  for (const answer of open) answer.destroy();
  await each(sessions, async (session) => finished(await ask(url, { method: 'DELETE', session })));
  const after = await measure(child);
  child.kill('SIGKILL');
  const kib = (a: Memory, b: Memory, of: 'rss' | 'heap'): number =>
    Math.round(((b[of] - a[of]) / count / 1024) * 10) / 10;
  const figures = {
    sessions: count,
    perIdleSessionKiB: { rss: kib(before, idle, 'rss'), heap: kib(before, idle, 'heap') },
    perOpenStreamKiB: { rss: kib(idle, streaming, 'rss'), heap: kib(idle, streaming, 'heap') },
    leftPerClosedSessionKiB: { rss: kib(before, after, 'rss'), heap: kib(before, after, 'heap') },
  };
  console.log(values.json ? JSON.stringify({ event: 'session-memory', ...figures }) : figures);
};

if (values.help) console.log(USAGE);
else if (values.child) await serve();
else {
  await run(Number(values.sessions));
  process.exit(0);
}
