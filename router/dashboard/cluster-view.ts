/** The part of a running cluster that the dashboard uses; any cluster with these members fits. */
export type ClusterView = {
  nodes(): readonly NodeView[];
  sessions(): Promise<readonly SessionView[]>;
  subscribe(listener: (event: ClusterNews) => void): () => void;
  cutStreams(): Promise<void>;
} & { readonly [A in NodeAction]: (node: string) => Promise<void> };

export const NODE_ACTIONS = ['kill', 'start', 'restart', 'freeze', 'thaw', 'drain', 'undrain'] as const;
export type NodeAction = (typeof NODE_ACTIONS)[number];

export type NodeView = {
  readonly id: string;
  readonly url: string;
  readonly state: 'starting' | 'up' | 'frozen' | 'stopping' | 'down';
  readonly pid: number | undefined;
  readonly draining: boolean;
  readonly restarts: number;
};

export type SessionView = {
  readonly id: string;
  readonly node: string;
  readonly created: number;
  readonly client: string;
  /** Missing for a session: a node also holds handles and tasks. */
  readonly kind?: 'handle' | 'task';
  readonly state: 'live' | 'abandoned';
};

/** The cluster events that the timeline shows. */
export type ClusterNews = { readonly at: number } & (
  | { readonly kind: 'node'; readonly node: string; readonly state: NodeView['state']; readonly detail?: string }
  | { readonly kind: 'instance'; readonly node: string; readonly state: NodeView['state']; readonly detail?: string }
  | { readonly kind: 'waiting' }
  | { readonly kind: 'draining'; readonly node: string; readonly draining: boolean }
  | { readonly kind: 'redis'; readonly up: boolean }
  | { readonly kind: 'files'; readonly files: readonly string[] }
  | { readonly kind: 'line'; readonly from: string; readonly line: string }
);
