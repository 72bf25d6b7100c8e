import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { END_WITH_PARENT, pidsIn } from '../end-with-parent.ts';
import { type Line, readLines } from '../lines.ts';

export type RedisProcess = { readonly url: string; readonly port: number; readonly pid: number; stop(): Promise<void> };

export type RedisProcessOptions = {
  readonly binary: string;
  /** A free one, unless given. */
  readonly port?: number;
  /** Further settings, as on redis-server's command line; later ones win. */
  readonly settings?: readonly string[];
  /** Replaces all settings: a configuration file and other arguments for another kind of server. */
  readonly command?: readonly string[];
};

type Child = ChildProcessByStdio<Writable, Readable, null>;

const START_MS = 5000;
const LONGEST_LINE = 64 * 1024;

/**
 * Resolves when it accepts connections; rejects when it cannot be started. Its data are in a folder that is deleted
 * with it.
 */
export const startRedisProcess = async (options: RedisProcessOptions): Promise<RedisProcess> => {
  const port = options.port ?? (await freePort());
  const dir = await mkdtemp(join(tmpdir(), 'mooring-redis-'));
  const bare = ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', dir];
  const command = options.command ?? [...bare, ...(options.settings ?? [])];
  const args = ['-c', END_WITH_PARENT, options.binary, ...command];
  const child = spawn('/bin/sh', args, { stdio: ['pipe', 'pipe', 'ignore'], detached: true });
  const ended = once(child, 'close').then(() => rm(dir, { recursive: true, force: true }));
  // The shell may be gone before its pipe is; nothing is lost with it.
  child.stdin.on('error', () => undefined);
  child.on('exit', () => child.stdin.end());
  const stop = async (): Promise<void> => {
    child.stdin.end();
    await ended;
  };
  try {
    const pid = await accepting(child);
    return { url: `redis://127.0.0.1:${port}`, port, pid, stop };
  } catch (cause) {
    await stop();
    throw new Error(`${options.binary} could not be started on port ${port}`, { cause });
  }
};

/** It prints that it is ready; until then a connection may be refused. */
const accepting = (child: Child): Promise<number> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('it is not ready in time')), START_MS);
    let pid = 0;
    const onLine = ({ text }: Line): void => {
      pid = pidsIn(text, child.pid)?.pid ?? pid;
      if (/Ready to accept connections|\+monitor master/.test(text)) finish(() => resolve(pid));
    };
    readLines(child.stdout, { longest: LONGEST_LINE, onLine });
    child.on('error', (error) => finish(() => reject(error)));
    child.on('close', () => finish(() => reject(new Error('it ended at once'))));
    const finish = (how: () => void): void => {
      clearTimeout(timer);
      how();
    };
  });

export const freePort = async (): Promise<number> => {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
};
