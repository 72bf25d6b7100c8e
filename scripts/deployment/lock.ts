/** One change of a deployment at a time: two drains at once would each write what the other has not read. */
import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { Refusal } from './refusal.ts';

type Holder = { readonly pid: number; readonly host: string };

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
    if (holder !== undefined && isDead(holder)) await removeDead(lock);
    else if (performance.now() > deadline) throw new Refusal(heldText(lock, holder));
    else await wait(POLL_MS);
  }
  try {
    return await change();
  } finally {
    await rm(lock, { force: true });
  }
};

/** Written beside and linked, so that nobody reads a lock that does not say whose it is. */
const take = async (lock: string): Promise<boolean> => {
  const own = `${lock}.${randomUUID()}`;
  await writeFile(own, JSON.stringify({ pid: process.pid, host: hostname() } satisfies Holder));
  try {
    await link(own, lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(own, { force: true });
  }
};

/** Another process may have removed it first and taken the lock: what is moved aside is looked at again, and put back. */
const removeDead = async (lock: string): Promise<void> => {
  const aside = `${lock}.${randomUUID()}`;
  await rename(lock, aside).catch(() => undefined);
  const holder = await holderOf(aside);
  if (holder !== undefined && !isDead(holder)) await link(aside, lock).catch(() => undefined);
  await rm(aside, { force: true });
};

/** Undefined: it has just gone, or says nothing that we could read. */
const holderOf = async (lock: string): Promise<Holder | undefined> => {
  try {
    const { pid, host } = JSON.parse(await readFile(lock, 'utf8')) as Partial<Holder>;
    return typeof pid === 'number' && typeof host === 'string' ? { pid, host } : undefined;
  } catch {
    return undefined;
  }
};

/** Of another machine's process nobody here can say. */
const isDead = ({ pid, host }: Holder): boolean => {
  if (host !== hostname()) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
};

const heldText = (lock: string, holder: Holder | undefined): string => {
  const who = holder === undefined ? '' : ` by process ${holder.pid} on ${holder.host}`;
  return `${lock} is held${who}: somebody else is changing this deployment; if nobody is, remove the file`;
};
