import { type FSWatcher, watch } from 'node:fs';
import { basename, dirname } from 'node:path';

export type SourceWatch = { close(): void };

type Options = {
  /** Folders with everything in them, and single files. */
  readonly folders: readonly string[];
  readonly files: readonly string[];
  readonly onChange: (file: string) => void;
  readonly onTrouble: (error: unknown) => void;
  readonly quietMs?: number;
};

/** An editor saves in several steps, and a tool writes many files at once. */
const QUIET_MS = 300;

/** Reports a burst of changes once. Tests and files that are not sources are ignored. */
export const watchSources = ({ folders, files, onChange, onTrouble, quietMs = QUIET_MS }: Options): SourceWatch => {
  let timer: NodeJS.Timeout | undefined;
  const changed = (file: string): void => {
    clearTimeout(timer);
    timer = setTimeout(() => onChange(file), quietMs);
  };
  const watchers: FSWatcher[] = [];
  const follow = (path: string, recursive: boolean, concerns: (name: string) => boolean): void => {
    try {
      const watcher = watch(path, { recursive }, (_, name) => void (name !== null && concerns(name) && changed(name)));
      watchers.push(watcher.on('error', onTrouble));
    } catch (error) {
      onTrouble(error);
    }
  };
  for (const folder of folders) follow(folder, true, isSource);
  // The folder, not the file: an editor that saves by renaming replaces the file.
  for (const file of files) follow(dirname(file), false, (name) => name === basename(file));
  return {
    close: () => {
      clearTimeout(timer);
      for (const watcher of watchers) watcher.close();
    },
  };
};

const isSource = (name: string): boolean => /\.[cm]?[jt]s$/.test(name) && !/\.test\.[cm]?[jt]s$|(^|\/)test-/.test(name);
