import { lstat, mkdir, readdir, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * The folder with the control sockets of running clusters. Only this user may enter it, which keeps other users out;
 * browsers cannot connect to Unix sockets.
 */
export const runtimeFolder = async (env: Readonly<Record<string, string | undefined>>): Promise<string> => {
  const user = process.getuid?.() ?? 0;
  const folder = env.XDG_RUNTIME_DIR ? join(env.XDG_RUNTIME_DIR, 'mooring') : join(tmpdir(), `mooring-of-${user}`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const { uid, mode } = await lstat(folder);
  const open = (mode & 0o077) !== 0;
  if (open || (process.getuid !== undefined && uid !== user))
    throw new Error(`${folder} must belong to this user only; remove it, or: chmod 700 ${folder}`);
  return folder;
};

export const socketPath = (folder: string, port: number): string => join(folder, `dev-${port}.sock`);

/** Ports of the clusters that answer. Sockets of dead clusters are removed. */
export const runningClusters = async (folder: string): Promise<readonly number[]> => {
  const ports = (await readdir(folder)).flatMap((name) => /^dev-(\d+)\.sock$/.exec(name)?.[1] ?? []).map(Number);
  const running: number[] = [];
  for (const port of ports.sort((a, b) => a - b)) {
    if (await answers(socketPath(folder, port))) running.push(port);
    else await rm(socketPath(folder, port), { force: true });
  }
  return running;
};

const answers = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
