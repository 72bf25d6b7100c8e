/** Watches the configuration files for changes, however they are written. */
import { type FSWatcher, watch } from 'node:fs';
import { contentOf, directoriesOf, stampOf } from './fingerprint.ts';
import type { FileProvider } from './load.ts';

export type WatchOptions = {
  /** The files must be unchanged for this many milliseconds, so that no half-written file is loaded. */
  readonly quiet?: number;
  /** Poll interval in milliseconds: some file systems lose events, especially network mounts. */
  readonly poll?: number;
  /** A directory cannot be watched; polling continues. */
  readonly onTrouble?: (error: unknown) => void;
};

export type Watching = {
  /** Once this resolves, no change is missed. */
  readonly ready: Promise<void>;
  /** The loaded files differ from what was seen here: reports a change in any case. */
  reconsider(): void;
  close(): void;
};

/** Longer than the pause between two writes to the same file. */
const QUIET = 400;
const POLL = 5_000;
/** One write causes many events. */
const COALESCE = 20;

/** `onChange` loads the files; it resolves when that is done. */
export const watchProvider = (
  provider: FileProvider,
  onChange: () => Promise<void> | void,
  options: WatchOptions = {},
): Watching => {
  const { quiet = QUIET, poll = POLL, onTrouble = () => {} } = options;
  let closed = false;
  let loaded: Moment | undefined;
  let seen = '';

  // Only changes of these files delay a load, not other files in their directory.
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
    // It may have loaded a later state than was seen here, which may have been reverted since.
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

/** The content with its own stamp: with a later stamp, a revert would go unnoticed. */
const momentOf = async (provider: FileProvider): Promise<Moment> => {
  const stamp = await stampOf(provider);
  const content = await contentOf(provider);
  return (await stampOf(provider)) === stamp ? { stamp, content } : momentOf(provider);
};

/** Fires once for all starts since it last fired, and does not keep the process alive. */
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
