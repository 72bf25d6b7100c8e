import type { Router } from '../../router/router.ts';

/** The proxy in front of the nodes, which reads the files. */
export type RunningProxy = {
  readonly router: Router | undefined;
  /** Changes the files. Resolves when the proxy has applied them; rejects when it refuses or ignores them. */
  follow(change: () => Promise<void>): Promise<void>;
  /** False: it cannot; the caller must find another way. */
  cutConnections(): boolean;
  close(): Promise<void>;
};

export type ProxyOptions = {
  readonly staticFile: string;
  readonly onLine: (line: string) => void;
};

/** Longer than any proxy delays before it reads a changed file. */
export const FOLLOW_MS = 15_000;
