import type { ClusterView } from './cluster-view.ts';
import type { Watched } from './live-state.ts';

export type DashboardOptions = {
  readonly router: Watched;
  /** With it the page shows its sessions, and can stop and start its nodes. */
  readonly cluster?: ClusterView | undefined;
  /** A loopback address. */
  readonly host?: string;
  /** 0: any free one. */
  readonly port?: number;
  /** Of the entry points, by name; for the commands that the page offers to copy. */
  readonly addresses?: ReadonlyMap<string, string>;
  /** Resolves when it listens, and loads its handlers after that: first requests wait a moment. */
  readonly loadLater?: boolean;
};
