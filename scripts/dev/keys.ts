import type { ClusterNode } from '../cluster/cluster.ts';

/** What a key means; for some keys this depends on the chosen node. */
export type KeyMeaning =
  | { readonly kind: 'run'; readonly action: string; readonly args: readonly string[] }
  | { readonly kind: 'choose'; readonly node: string }
  | { readonly kind: 'hint'; readonly text: string }
  | { readonly kind: 'help' }
  | { readonly kind: 'interrupt' }
  | { readonly kind: 'nothing' };

type SeenNode = Pick<ClusterNode, 'id' | 'state' | 'draining'>;
type Situation = {
  readonly chosen: string | undefined;
  readonly nodes: readonly SeenNode[];
  readonly redisUp: boolean;
};

const CTRL_C = '\x03';

export const meaningOf = (key: string, { chosen, nodes, redisUp }: Situation): KeyMeaning => {
  if (key === CTRL_C) return { kind: 'interrupt' };
  if (/^[1-9]$/.test(key)) {
    const node = nodes[Number(key) - 1];
    if (node === undefined) return { kind: 'hint', text: `there is no node ${key}; there are ${nodes.length}` };
    return { kind: 'choose', node: node.id };
  }
  const ofNode = NODE_KEYS.get(key);
  if (ofNode !== undefined) {
    const node = nodes.find(({ id }) => id === chosen);
    if (node === undefined) return { kind: 'hint', text: `choose a node first: ${choices(nodes)}` };
    return { kind: 'run', action: ofNode(node), args: [node.id] };
  }
  if (key === 'x') return { kind: 'run', action: 'redis', args: [redisUp ? 'stop' : 'start'] };
  const general = KEYS.get(key);
  if (general !== undefined) return { kind: 'run', action: general, args: [] };
  if (key === 'h' || key === '?') return { kind: 'help' };
  return { kind: 'nothing' };
};

const choices = (nodes: readonly SeenNode[]): string =>
  nodes
    .slice(0, 9)
    .map(({ id }, i) => `[${i + 1}] ${id}`)
    .join(' ');

const NODE_KEYS: ReadonlyMap<string, (node: SeenNode) => string> = new Map(
  Object.entries({
    k: () => 'kill',
    r: () => 'restart',
    f: ({ state }: SeenNode) => (state === 'frozen' ? 'thaw' : 'freeze'),
    d: ({ draining }: SeenNode) => (draining ? 'undrain' : 'drain'),
  }),
);

const KEYS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    o: 'dashboard',
    s: 'sessions',
    n: 'nodes',
    c: 'cut',
    e: 'explain',
    t: 'demo',
    q: 'quit',
  }),
);

const HINTED: Readonly<Record<string, string>> = {
  restart: 'r',
  thaw: 'f',
  undrain: 'd',
  'redis start': 'x',
  demo: 't',
};

/** The keys for the action that an answer suggests; undefined if there are none, as for a tenth node. */
export const keysFor = (action: string, node: string | undefined, nodes: readonly SeenNode[]): string | undefined => {
  const place = nodes.findIndex(({ id }) => id === node) + 1;
  const key = HINTED[action];
  if (key === undefined || (node !== undefined && (place < 1 || place > 9))) return undefined;
  return node === undefined ? `[${key}]` : `[${place}] [${key}]`;
};

export const NODE_HINT = '[k] kill  [r] restart  [f] freeze/thaw  [d] drain/undrain';
export const KEY_HINT =
  '[h] help  [o] dashboard  [1-9] choose node, then k r f d  [s] sessions  [e] explain  [t] traffic  [q] quit';

export const KEY_HELP = `Keys
  1-9          choose a node, then for that node
    k          kill it (SIGKILL): it stays down until it is restarted
    r          restart it, or start it again
    f          freeze it (SIGSTOP), or thaw it: it keeps its connections but does not answer
    d          drain it (no new sessions, its own continue), or undrain it
  n            the nodes and their states
  s            the sessions and their nodes
  e            explain the last request: why it went where it went
  c            close all client connections
  x            stop Redis, or start it again
  t            demo traffic, on and off
  o            open the dashboard
  q, Ctrl-C    end; a second Ctrl-C ends at once`;
