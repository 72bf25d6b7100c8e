/** What the dashboard shows of a running cluster and asks of it; any cluster that has these fits. */
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
  /** Left out for a session: a node holds these beside them. */
  readonly kind?: 'handle' | 'task';
  readonly state: 'live' | 'abandoned';
};

/** Of all that a cluster tells: what the timeline shows. */
export type ClusterNews = { readonly at: number } & (
  | { readonly kind: 'node'; readonly node: string; readonly state: NodeView['state']; readonly detail?: string }
  | { readonly kind: 'instance'; readonly node: string; readonly state: NodeView['state']; readonly detail?: string }
  | { readonly kind: 'waiting' }
  | { readonly kind: 'draining'; readonly node: string; readonly draining: boolean }
  | { readonly kind: 'redis'; readonly up: boolean }
  | { readonly kind: 'files'; readonly files: readonly string[] }
  | { readonly kind: 'line'; readonly from: string; readonly line: string }
);
