/** No program, and no process that a program has started, is left, however its session or its node ends. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import test, { type TestContext } from 'node:test';
import { commandOf } from '../../../shared/program.ts';
import { startEmbeddedRedis } from '../../../shared/registry/embedded/server.ts';
import { ask, initialize, openSession, testNode } from '../../test-bench.ts';
import { startChild } from './child.ts';
import { behindStdio } from './test-stdio.ts';

/**
 * Prints its process id, and the ids of a process with its own group, like a browser, and of one with an empty
 * environment. All of them ignore SIGTERM and the end of their input.
 */
const FAMILY = `
  const { spawn } = require('node:child_process');
  const stubborn = 'process.on("SIGTERM", () => undefined); setInterval(() => undefined, 1000); process.send?.(0)';
  const options = { detached: true, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] };
  const others = [{}, { env: {} }].map((more) => spawn(process.execPath, ['-e', stubborn], { ...options, ...more }));
  process.on('SIGTERM', () => undefined);
  const ready = Promise.all(others.map((one) => new Promise((done) => one.once('message', done))));
  require('node:readline').createInterface({ input: process.stdin }).on('line', async (line) => {
    const { id, method } = JSON.parse(line);
    await ready;
    if (id === undefined) return;
    const pids = [process.pid, ...others.map(({ pid }) => pid)];
    const result = { protocolVersion: '2025-11-25', capabilities: {}, serverInfo: { name: 'family', version: '1' }, pids };
    console.log(JSON.stringify({ jsonrpc: '2.0', id, result }));
    if (method === 'die') process.kill(process.pid, 'SIGKILL');
  });
  setInterval(() => undefined, 1000);`;
const COMMAND = [process.execPath, '-e', FAMILY] as const;

const isThere = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

const allGone = async (pids: readonly number[]): Promise<void> => {
  while (pids.some(isThere)) await new Promise((resolve) => setTimeout(resolve, 50));
};

const openFamily = async (t: TestContext, node: { url: string }) => {
  const { json, headers } = await ask(node, { body: initialize() });
  const { pids } = json.result as { pids: number[] };
  t.after(() => pids.filter(isThere).forEach((pid) => void process.kill(pid, 'SIGKILL')));
  assert.deepEqual([pids.length, pids.every(isThere)], [3, true]);
  return { pids, session: headers['mcp-session-id'] as string };
};

test('neither a closed session nor a crashed program leaves a process; a stopping node waits for them', async (t) => {
  const node = await testNode(t, behindStdio(COMMAND));
  const [closed, died, open] = [await openFamily(t, node), await openFamily(t, node), await openFamily(t, node)];
  await ask(node, { session: closed.session, method: 'DELETE' });
  await ask(node, { session: died.session, body: { jsonrpc: '2.0', id: 2, method: 'die' } });
  // Without its parent and without the mark in its environment the third cannot be found.
  await allGone([...closed.pids, ...died.pids.slice(0, 2)]);
  assert(open.pids.every(isThere));
  await node.stop();
  assert.deepEqual(open.pids.filter(isThere), []);
});

test('an expired session leaves no process', async (t) => {
  const node = await testNode(t, { ...behindStdio(COMMAND), idleMs: 200 });
  await allGone((await openFamily(t, node)).pids);
  assert.equal(node.table.size, 0);
});

const [MAIN, ...ARGS] = commandOf('../../main.ts', import.meta.url);

for (const signal of ['SIGTERM', 'SIGKILL'] as const)
  test(`a node that gets ${signal} leaves no process`, async (t) => {
    const redis = await startEmbeddedRedis();
    t.after(() => redis.stop());
    const options = [
      '--json',
      '--port',
      '0',
      '--redis',
      redis.url,
      '--log-level',
      'error',
      '--stop-delay-seconds',
      '0',
    ];
    const child = spawn(MAIN, [...ARGS, ...options, '--stdio', '--', ...COMMAND], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    t.after(() => child.kill('SIGKILL'));
    const exit = once(child, 'exit');
    const [line] = (await once(createInterface({ input: child.stdout! }), 'line')) as [string];
    const families = [await openFamily(t, JSON.parse(line)), await openFamily(t, JSON.parse(line))];
    child.kill(signal);
    await exit;
    await allGone(families.flatMap(({ pids }) => pids));
  });

test('a program that stops its guard is ended anyway, and the node can stop', async (t) => {
  const stopping = FAMILY.replace('await ready;', "await ready; process.kill(process.ppid, 'SIGSTOP');");
  const node = await testNode(t, behindStdio([process.execPath, '-e', stopping]));
  const { pids } = await openFamily(t, node);
  await node.stop();
  assert.deepEqual(pids.filter(isThere), []);
});

test('a program that stops its guard again and again is killed after a while', async () => {
  // Its parent is the guard, which it stops whenever it is let go; it takes no notice of what the others may do to it.
  const script = 'trap "" TERM; (while :; do kill -STOP 0; done) & while :; do kill -STOP $PPID; done';
  const told: string[] = [];
  const ignore = (): void => undefined;
  const child = startChild({
    ...{ command: ['/bin/sh', '-c', `echo up; ${script}`], env: { PATH: process.env.PATH ?? '' }, endMs: 0 },
    ...{ onLine: ({ text }) => void told.push(text), onError: ignore, onOver: ignore },
  });
  while (told.length === 0) await new Promise(setImmediate);
  child.end();
  await child.gone;
});

test("a program's environment is PATH, HOME and what is named", async (t) => {
  const told = `console.log(JSON.stringify({ jsonrpc: '2.0', id: 1, error: { code: 1, message: Object.keys(process.env).sort().join() } }))`;
  const options = { env: { PATH: process.env.PATH ?? '', HOME: '/', API_KEY: 'x' } };
  const node = await testNode(t, behindStdio([process.execPath, '-e', told], options));
  const { json } = await ask(node, { body: initialize() });
  assert.equal(json.error.message, 'API_KEY,HOME,MOORING_CHILD,PATH');
});

test('programs above the limit wait for their turn to start, and all sessions open', async (t) => {
  const node = await testNode(t, behindStdio(COMMAND));
  const sessions = await Promise.all(Array.from({ length: 6 }, () => openSession(node)));
  assert.equal(new Set(sessions).size, 6);
});
