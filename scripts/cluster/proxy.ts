import type { Router } from '../../router/router.ts';

/** What stands in front of the nodes and reads the files. */
export type RunningProxy = {
  readonly router: Router | undefined;
  /** Changes the files, and resolves when they are in force; rejects when they are refused or nothing happens. */
  follow(change: () => Promise<void>): Promise<void>;
  /** False: it cannot, somebody else must. */
  cutConnections(): boolean;
  close(): Promise<void>;
};

export type ProxyOptions = {
  readonly staticFile: string;
  readonly onLine: (line: string) => void;
};

/** Longer than any proxy waits before it reads a changed file. */
export const FOLLOW_MS = 15_000;
