/** Tells when the configuration files have changed, whichever way they were written. */
import { type FSWatcher, watch } from 'node:fs';
import { contentOf, directoriesOf, stampOf } from './fingerprint.ts';
import type { FileProvider } from './load.ts';

export type WatchOptions = {
  /** Milliseconds for which the files must have been left alone: half a file must not be loaded. */
  readonly quiet?: number;
  /** Milliseconds between looks without any event: some file systems lose events, network mounts above all. */
  readonly poll?: number;
  /** A directory cannot be watched; the poll still looks at it. */
  readonly onTrouble?: (error: unknown) => void;
};

export type Watching = {
  /** From here on no change is missed. */
  readonly ready: Promise<void>;
  /** What was loaded is not what was found here: tells of a change, whatever the files are like by then. */
  reconsider(): void;
  close(): void;
};

/** Longer than the pause between two parts of a file that is written in place. */
const QUIET = 400;
const POLL = 5_000;
/** One write is many events. */
const COALESCE = 20;

/** `onChange` loads the files, and is over when it has. */
export const watchProvider = (
  provider: FileProvider,
  onChange: () => Promise<void> | void,
  options: WatchOptions = {},
): Watching => {
  const { quiet = QUIET, poll = POLL, onTrouble = () => {} } = options;
  let closed = false;
  let loaded: Moment | undefined;
  let seen = '';

  // Only the files' own stamps put a load off: a busy neighbour in their directory does not.
  const look = async (): Promise<void> => {
    const stamp = await stampOf(provider);
    if (closed || loaded === undefined || stamp === loaded.stamp || stamp === seen) return;
    seen = stamp;
    quietAlarm.stop();
    quietAlarm.start();
  };
  const onQuiet = async (): Promise<void> => {
    const stamp = seen;
    seen = '';
    directories.follow(await directoriesOf(provider));
    const now = await momentOf(provider);
    if (closed) return;
    if (now.stamp !== stamp) return lookAlarm.start();
    const changed = now.content !== loaded?.content;
    loaded = now;
    if (!changed) return;
    await onChange();
    // It may have loaded more than was seen here, and what it loaded may be gone again.
    if (loaded === now && (await stampOf(provider)) !== now.stamp) reconsider();
  };
  const reconsider = (): void => {
    loaded = NEVER;
    lookAlarm.start();
  };
  const begin = async (): Promise<void> => {
    directories.follow(await directoriesOf(provider));
    loaded = await momentOf(provider);
  };

  const lookAlarm = alarm(COALESCE, () => void look().catch(onTrouble));
  const quietAlarm = alarm(quiet, () => void onQuiet().catch(onTrouble));
  const directories = directoryWatch(lookAlarm.start, onTrouble);
  const polling = setInterval(lookAlarm.start, poll).unref();
  const close = (): void => {
    closed = true;
    clearInterval(polling);
    for (const each of [directories, lookAlarm, quietAlarm]) each.stop();
  };
  return { ready: begin().catch(onTrouble), reconsider, close };
};

type Moment = { readonly stamp: string; readonly content: string };
const NEVER: Moment = { stamp: '', content: '' };

/** The content and the stamp that belongs to it: with the stamp of another moment a way back would not be seen. */
const momentOf = async (provider: FileProvider): Promise<Moment> => {
  const stamp = await stampOf(provider);
  const content = await contentOf(provider);
  return (await stampOf(provider)) === stamp ? { stamp, content } : momentOf(provider);
};

/** Rings once for all the starts since it last rang, and keeps no process alive. */
const alarm = (after: number, ring: () => void) => {
  let timer: NodeJS.Timeout | undefined;
  const stop = (): void => {
    clearTimeout(timer);
    timer = undefined;
  };
  const start = (): void => {
    timer ??= setTimeout(() => {
      timer = undefined;
      ring();
    }, after).unref();
  };
  return { start, stop };
};

const directoryWatch = (onEvent: () => void, onTrouble: (error: unknown) => void) => {
  const watchers = new Map<string, FSWatcher>();
  let closed = false;
  const begin = (key: string, directory: string): void => {
    try {
      watchers.set(key, watch(directory, { persistent: false }, onEvent).on('error', onTrouble));
    } catch (error) {
      onTrouble(error);
    }
  };
  const end = (key: string): void => {
    watchers.get(key)?.close();
    watchers.delete(key);
  };
  return {
    follow(directories: ReadonlyMap<string, string>): void {
      if (closed) return;
      for (const key of [...watchers.keys()]) if (!directories.has(key)) end(key);
      for (const [key, directory] of directories) if (!watchers.has(key)) begin(key, directory);
    },
    stop(): void {
      closed = true;
      for (const key of [...watchers.keys()]) end(key);
    },
  };
};
