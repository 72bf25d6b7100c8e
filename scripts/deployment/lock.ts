/** One change of a deployment at a time: two concurrent drains would overwrite each other's changes. */
import { randomUUID } from 'node:crypto';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { Refusal } from '../cli/refusal.ts';

/** `run`: a container that starts again has the host name and the process number of the one before. */
type Holder = { readonly pid: number; readonly host: string; readonly run?: unknown };
const RUN = randomUUID();

/** A change takes milliseconds. */
const PATIENCE_MS = 10_000;
const POLL_MS = 50;

export const withLock = async <Value>(
  file: string,
  change: () => Promise<Value>,
  patienceMs = PATIENCE_MS,
): Promise<Value> => {
  const lock = `${file}.lock`;
  const deadline = performance.now() + patienceMs;
  while (!(await take(lock))) {
    const holder = await holderOf(lock);
    if (holder !== undefined && isDead(holder) && (await removeDead(lock, holder))) continue;
    if (performance.now() > deadline) throw new Refusal(heldText(lock, holder));
    await wait(POLL_MS);
  }
  try {
    return await change();
  } finally {
    await rm(lock, { force: true });
  }
};

/** FAT, folders shared with a virtual machine, some of networks. */
const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']);

/** Written to a temporary file and linked, so that nobody reads a lock without its owner. */
const take = async (lock: string): Promise<boolean> => {
  const own = `${lock}.${randomUUID()}`;
  const text = JSON.stringify({ pid: process.pid, host: hostname(), run: RUN } satisfies Holder);
  await writeFile(own, text);
  try {
    await link(own, lock).catch((error: NodeJS.ErrnoException) => {
      if (!NO_LINKS.has(error.code ?? '')) throw error;
      return writeFile(lock, text, { flag: 'wx' });
    });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(own, { force: true });
  }
};

/**
 * Only one process removes it, after a second check: another one may have removed it meanwhile and taken the lock.
 * false: another process is about to remove it.
 */
const removeDead = async (lock: string, { pid }: Holder): Promise<boolean> => {
  const claim = `${lock}.${pid}.dead`;
  if (!(await take(claim))) return false;
  try {
    if ((await holderOf(lock))?.pid === pid) await rm(lock, { force: true });
    return true;
  } finally {
    await rm(claim, { force: true });
  }
};

/** Undefined: it has just been removed, or is not readable. */
const holderOf = async (lock: string): Promise<Holder | undefined> => {
  try {
    const { pid, host, run } = JSON.parse(await readFile(lock, 'utf8')) as Partial<Holder>;
    return typeof pid === 'number' && typeof host === 'string' ? { pid, host, run } : undefined;
  } catch {
    return undefined;
  }
};

/** We cannot check a process of another machine. */
const isDead = ({ pid, host, run }: Holder): boolean => {
  if (host !== hostname()) return false;
  if (pid === process.pid) return run !== RUN;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
};

const heldText = (lock: string, holder: Holder | undefined): string => {
  const who = holder === undefined ? '' : ` by process ${holder.pid} on ${holder.host}`;
  return `${lock} is held${who}: another process is changing this deployment; if that is not so, remove the file`;
};
