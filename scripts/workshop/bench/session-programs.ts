import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { commandOf } from '../../../shared/program.ts';
import type { ServerCommand } from '../../../shared/split-at-dashes.ts';
import { startCluster } from '../../cluster/start-cluster.ts';
import { familyOf, megabytesOf } from '../family.ts';
import { ask, each, finished, hangUp, INITIALIZE, openSession } from './session-calls.ts';

const EXAMPLE = commandOf('../../../node/host/stdio/test-server.ts', import.meta.url);
const ROUNDS = 10;
const SIDE_BY_SIDE = 5;
/** Longer than our slowest client. */
const IDLE_SECONDS = 10;
const BASE_MS = 120_000;

/** The cost of a session with its own process, compared with that program alone, and what remains of many. */
export const weighPrograms = async (count: number, command: ServerCommand = EXAMPLE) => {
  const cluster = await startCluster({ nodes: 1, stdio: { command }, nodeArguments: IDLE });
  try {
    const [{ url, pid }] = cluster.nodes() as unknown as readonly [{ url: string; pid: number }];
    const startMs = await startTimes(command, url);
    const base = await quiet(pid);
    const open = await Promise.all(Array.from({ length: SIDE_BY_SIDE }, () => openSession(url)));
    const family = familyOf([pid]);
    const megabytes = (megabytesOf(family) - megabytesOf(base.family)) / SIDE_BY_SIDE;
    await each(open, async (session) => finished(await ask(url, { method: 'DELETE', session })));
    const before = await quiet(pid);
    await each(Array.from({ length: count }), () => openWhenFree(url));
    const after = await quiet(pid, before);
    const grown = (of: 'processes' | 'descriptors'): boolean => after[of] > before[of];
    return {
      command: command.join(' '),
      startMs,
      megabytesOfSession: round(megabytes),
      abandoned: { sessions: count, before: shown(before), after: shown(after) },
      left: grown('processes') || grown('descriptors'),
    };
  } finally {
    await cluster.close();
  }
};

const IDLE = ['--idle-seconds', `${IDLE_SECONDS}`];

/** In turn, so that anything else on this machine affects both. */
const startTimes = async (command: ServerCommand, url: string) => {
  const alone: number[] = [];
  const session: number[] = [];
  for (let i = 0; i < ROUNDS; i++) {
    alone.push(await startAlone(command));
    const began = performance.now();
    const id = await openSession(url);
    session.push(performance.now() - began);
    await finished(await ask(url, { method: 'DELETE', session: id }));
  }
  const [middle, middleAlone] = [session, alone].map((all) => all.sort((a, b) => a - b)[all.length >> 1]!) as [
    number,
    number,
  ];
  return { session: round(middle), alone: round(middleAlone), ratio: round(middle / middleAlone) };
};

const startAlone = async ([program, ...args]: ServerCommand): Promise<number> => {
  const { PATH, HOME } = process.env;
  const began = performance.now();
  const child = spawn(program, args, { env: { PATH, HOME }, stdio: ['pipe', 'pipe', 'ignore'] });
  child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params: INITIALIZE })}\n`);
  await once(createInterface({ input: child.stdout }), 'line');
  const ms = performance.now() - began;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
  return ms;
};

/** A full node answers 503 until abandoned sessions have ended. */
const openWhenFree = async (url: string): Promise<void> => {
  for (;;)
    try {
      return void (await openSession(url));
    } catch (error) {
      if (!(error as Error).message.endsWith('503')) throw error;
      await wait(100);
    }
};

type Held = {
  readonly family: ReturnType<typeof familyOf>;
  readonly processes: number;
  readonly descriptors: number;
  readonly megabytes: number;
};

/** When all sessions have ended, or after a while. */
const quiet = async (pid: number, base?: Held): Promise<Held> => {
  hangUp();
  const until = performance.now() + BASE_MS;
  for (;;) {
    const held = heldBy(pid);
    const most = base ?? { processes: 0, descriptors: held.descriptors };
    const calm = held.processes <= most.processes && held.descriptors <= most.descriptors;
    if (calm || performance.now() > until) return held;
    await wait(100);
  }
};

const heldBy = (pid: number): Held => {
  const family = familyOf([pid]);
  const descriptors = readdirSync(`/proc/${pid}/fd`).length;
  const rss = Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]);
  return { family, processes: family.size, descriptors, megabytes: round(rss / 1024) };
};

const shown = ({ processes, descriptors, megabytes }: Held) => ({ processes, descriptors, megabytesOfNode: megabytes });

const round = (value: number): number => Math.round(value * 100) / 100;
