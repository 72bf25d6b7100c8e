import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { defineCommand } from '../../cli/command.ts';
import { Misuse } from '../../cli/misuse.ts';
import { wholeNumber } from '../../cli/whole-number.ts';
import { endOnInterrupt } from '../end-on-interrupt.ts';
import { ask, each, finished, openSession, streams } from './session-calls.ts';
import type { Memory } from './session-node.ts';
import { weighPrograms } from './session-programs.ts';

const usage = `Usage: npm run bench:sessions -- [--sessions 2000] [--server FILE] [--json]
       npm run bench:sessions -- --stdio [--sessions 200] [--json] [-- COMMAND …]

Measures the memory of sessions in a node: opens sessions, opens a GET stream on each, closes all, and prints the memory
at each step. The node runs in its own process with an in-memory registry, and collects garbage before each figure.

With --stdio: what a session costs that has a process of its own: how long it takes until it is open, beside the start of
the program alone, and the memory of one of five, with the shells that guard it. Then so many are opened and abandoned,
32 at most at a time, and it is looked whether their processes, descriptors and memory are given back.

  --sessions N    how many (2000; 200)
  --stdio         sessions of COMMAND, which speaks MCP over stdin and stdout (the example, over them)
  --server FILE   a module that exports createServer (node/example/server.ts)
  --json          one JSON object
  --help          this text

Exits with 0, 1 when processes or descriptors are left, 2 for wrong usage.`;

const beside = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

export const command = defineCommand({
  summary: 'the memory that sessions take in a node',
  usage,
  options: {
    sessions: { type: 'string' },
    stdio: { type: 'boolean', default: false },
    server: { type: 'string', default: beside('../../../node/example/server.ts') },
  },
  takesCommand: true,
  run: async ({ values, server, terminal }) => {
    if (server !== undefined && !values.stdio) throw new Misuse(`${server[0]} behind -- goes with --stdio`);
    const count = wholeNumber('--sessions', values.sessions ?? (values.stdio ? '200' : '2000'));
    endOnInterrupt(terminal);
    const figures = await (values.stdio ? weighPrograms(count, server) : weigh(count, values.server));
    terminal.print(values.json ? JSON.stringify({ event: 'session-memory', ...figures }) : inspect(figures));
    return 'left' in figures && figures.left ? 1 : 0;
  },
});

const measure = async (child: ChildProcess): Promise<Memory> => {
  child.send('measure');
  return ((await once(child, 'message')) as [Memory])[0];
};

const weigh = async (count: number, server: string): Promise<object> => {
  const child = fork(beside('session-node.ts'), [server], { execArgv: ['--expose-gc', '--import', 'tsx/esm'] });
  const [url] = (await once(child, 'message')) as [string];
  // The first sessions include compiled code, which is not memory of a session.
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
