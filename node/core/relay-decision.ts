/** Whether a request that this node cannot serve is passed on, and to which node. */

/** A node as in the topology. */
export type KnownNode = {
  /** What its ids begin with. */
  readonly id: string;
  readonly url: string;
  readonly state: 'active' | 'draining' | 'out';
};
/** A node as it describes itself in the registry. */
export type Heartbeat = {
  readonly node: string;
  readonly url: string;
  readonly draining: boolean;
  readonly sessions: number;
};
export type Peer = { readonly node: string; readonly url: string };

export type RelayDecision =
  | { readonly kind: 'relay'; readonly peer: Peer }
  | {
      readonly kind: 'refuse';
      /** marked: it was already passed on. own: it names this node. */
      readonly why: 'marked' | 'own' | 'not-in-topology' | 'no-heartbeat' | 'another-address';
    };

export type RelayFacts = {
  readonly self: string;
  /** Its address: a node that had it before is gone. */
  readonly url?: string;
  readonly marked: boolean;
  readonly known: readonly KnownNode[];
  readonly heartbeats: readonly Heartbeat[];
};

/** The address is from the topology. The registry can remove a peer, but never add one. */
export const ownerToAsk = (owner: string, { self, url, marked, known, heartbeats }: RelayFacts): RelayDecision => {
  if (marked) return { kind: 'refuse', why: 'marked' };
  if (owner === self) return { kind: 'refuse', why: 'own' };
  const node = known.find(({ id }) => id === owner);
  if (node === undefined) return { kind: 'refuse', why: 'not-in-topology' };
  if (url !== undefined && sameAddress(node.url, url)) return { kind: 'refuse', why: 'own' };
  const heartbeat = heartbeats.find((one) => one.node === owner);
  if (heartbeat === undefined) return { kind: 'refuse', why: 'no-heartbeat' };
  if (!sameAddress(heartbeat.url, node.url)) return { kind: 'refuse', why: 'another-address' };
  return { kind: 'relay', peer: { node: owner, url: node.url } };
};

/** Nodes that may take a new session, fewest sessions first. Each is asked once, with a mark. */
export const nodesForNewSession = (facts: RelayFacts): readonly Peer[] =>
  facts.heartbeats
    .filter(({ draining }) => !draining)
    .toSorted((a, b) => a.sessions - b.sessions)
    .flatMap(({ node }) => {
      if (facts.known.find(({ id }) => id === node)?.state !== 'active') return [];
      const decision = ownerToAsk(node, facts);
      return decision.kind === 'relay' ? [decision.peer] : [];
    });

const sameAddress = (a: string, b: string): boolean => URL.canParse(a) && new URL(a).origin === new URL(b).origin;
