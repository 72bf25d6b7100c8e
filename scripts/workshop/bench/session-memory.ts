import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { defineCommand } from '../../cli/command.ts';
import { wholeNumber } from '../../cli/whole-number.ts';
import { endOnInterrupt } from '../end-on-interrupt.ts';
import type { Memory } from './session-node.ts';

const usage = `Usage: npm run bench:sessions -- [--sessions 2000] [--server FILE] [--json]

Measures the memory of sessions in a node: opens sessions, opens a GET stream on each, closes all, and prints the memory
at each step. The node runs in its own process with an in-memory registry, and collects garbage before each figure.

  --sessions N    how many (2000)
  --server FILE   a module that exports createServer (node/example/server.ts)
  --json          one JSON object
  --help          this text

Exits with 0, 2 for wrong usage.`;

const beside = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

export const command = defineCommand({
  summary: 'the memory that sessions take in a node',
  usage,
  options: {
    sessions: { type: 'string', default: '2000' },
    server: { type: 'string', default: beside('../../../node/example/server.ts') },
  },
  run: async ({ values, terminal }) => {
    const count = wholeNumber('--sessions', values.sessions);
    endOnInterrupt(terminal);
    const figures = await weigh(count, values.server);
    terminal.print(values.json ? JSON.stringify({ event: 'session-memory', ...figures }) : inspect(figures));
    return 0;
  },
});

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

const weigh = async (count: number, server: string): Promise<object> => {
  const child = fork(beside('session-node.ts'), [server], { execArgv: ['--expose-gc', '--import', 'tsx/esm'] });
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
  return {
    sessions: count,
    perIdleSessionKiB: { rss: kib(before, idle, 'rss'), heap: kib(before, idle, 'heap') },
    perOpenStreamKiB: { rss: kib(idle, streaming, 'rss'), heap: kib(idle, streaming, 'heap') },
    leftPerClosedSessionKiB: { rss: kib(before, after, 'rss'), heap: kib(before, after, 'heap') },
  };
};
