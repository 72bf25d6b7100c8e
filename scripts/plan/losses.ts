/** Live sessions, and how many of them a change would end. */
import type { Listed, SessionListing } from '../../shared/registry/session-registry.ts';
import type { NodeMoves, Pin } from './moves.ts';

export type NodeLoss = {
  readonly node: string;
  readonly live: number;
  /** Whatever the client does. */
  readonly lost: number;
  /** Where the client does not keep cookies. */
  readonly atRisk: number;
};

export type Losses =
  | { readonly kind: 'counted'; readonly nodes: readonly NodeLoss[]; readonly complete: boolean }
  /** Nobody was asked, or nobody answered: what may be there has to be reckoned with. */
  | { readonly kind: 'uncounted'; readonly why: string | undefined };

export const countLosses = (moves: readonly NodeMoves[], sessions: Listed<SessionListing>): Losses => {
  if (sessions.kind === 'unavailable') return { kind: 'uncounted', why: sessions.why };
  const live = new Map<string, number>();
  for (const { node, state } of sessions.items) if (state === 'live') live.set(node, (live.get(node) ?? 0) + 1);
  const nodes = [...live].map(([node, count]): NodeLoss => {
    const danger = dangerOf(moves.find((one) => one.node === node)?.pins ?? []);
    return { node, live: count, lost: danger === 'sure' ? count : 0, atRisk: danger === 'without-cookie' ? count : 0 };
  });
  return { kind: 'counted', nodes, complete: sessions.complete };
};

/** The ids of the registry's sessions name their node, and their clients send them. */
const dangerOf = (pins: readonly Pin[]): 'none' | 'sure' | 'without-cookie' => {
  const broken = (by: Pin['by']): boolean | undefined => {
    const pin = pins.find((one) => one.by === by);
    return pin && pin.fate !== 'stays';
  };
  if (broken('session-id') === undefined) return broken('cookie') ? 'sure' : 'none';
  if (!broken('session-id')) return 'none';
  return (broken('both') ?? true) ? 'sure' : 'without-cookie';
};

export const losesSessions = (moves: readonly NodeMoves[], losses: Losses): boolean =>
  losses.kind === 'counted'
    ? losses.nodes.some(({ lost, atRisk }) => lost + atRisk > 0)
    : moves.some(({ pins }) => pins.some(({ fate }) => fate !== 'stays'));
